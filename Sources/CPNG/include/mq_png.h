// PNG files in memory to 8-bit pixels, by libpng.
//
// libpng reports errors by longjmp; these functions catch it and give a text instead.
#ifndef MQ_PNG_H
#define MQ_PNG_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t width;
  uint32_t height;
  // Bits of a sample in the file, and the file's colour type as PNG numbers it.
  int depth;
  int color_type;
} mq_png_header;

// Text of an error, always terminated.
typedef struct {
  char text[160];
} mq_png_error;

// Reads the header alone. Gives 0, or -1 with the reason.
int mq_png_read_header(const uint8_t *bytes, size_t count, mq_png_header *header,
                       mq_png_error *error);
// Decodes into `pixels`, three bytes a pixel, rows without gaps: `3 * width * height` bytes, which
// must agree with the header. Grey becomes three equal bytes, alpha and transparent colours are
// ignored, of 16 bits a sample of colour keeps the upper 8 and one of grey alone is cut at 255.
// Gives 0, or -1 with the reason.
int mq_png_read_rgb(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t size,
                    mq_png_error *error);
#endif
