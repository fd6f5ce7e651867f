// libgomp reads GOMP_SPINCOUNT in its constructor and has no function for it. Functions in the
// executable's .preinit_array run before the constructors of all libraries, but what setenv would
// change there is set anew when libc starts. So one entry of the environment as the kernel has handed
// it over is lent to the variable, and put back by a constructor of the executable, which runs after
// those of the libraries. The lent one is of a kind that no library reads when it is loaded.
#include "mq_wait_limit.h"

#include <stddef.h>

extern char **environ;

static char limit[] = "GOMP_SPINCOUNT=3000";

// Volatile: a compiler may run constructors itself, on what these hold before anything has run.
static char **volatile lent;
static char *volatile original;
static volatile int is_limited;

static int begins(const char *text, const char *start) {
  while (*start != 0) {
    if (*text++ != *start++) return 0;
  }
  return 1;
}

static void limit_waiting(int argc, char **argv, char **environment) {
  (void)argc;
  (void)argv;
  static const char *const told[] = {"GOMP_SPINCOUNT=", "OMP_WAIT_POLICY="};
  static const char *const spare[] = {"_=", "OLDPWD=", "SHLVL=", "PWD=", "TERM="};
  char **found = NULL;
  for (char **entry = environment; *entry != NULL; entry++) {
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
      if (begins(*entry, told[i])) return;
    }
    for (size_t i = 0; i < sizeof spare / sizeof *spare; i++) {
      if (begins(*entry, spare[i])) found = entry;
    }
  }
  if (found == NULL) return;
  lent = found;
  original = *found;
  *found = limit;
  is_limited = 1;
}

__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(
    int, char **, char **) = limit_waiting;

__attribute__((constructor)) static void give_back(void) {
  if (!is_limited) return;
  *lent = original;
  // A library that has set a variable has made libc copy the entries.
  for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
    if (*entry == limit) *entry = original;
  }
}

int mq_wait_is_limited(void) { return is_limited; }

char *mq_wait_limit(void) { return limit; }
