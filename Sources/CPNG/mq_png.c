#include "mq_png.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

// Larger than any picture that is worth reading; Swift sets the limit on pixels.
#define SIDE_LIMIT 65535

// What the callbacks of one decoder share.
typedef struct {
  const uint8_t *bytes;
  size_t left;
  mq_png_error *error;
  jmp_buf escape;
} reader;

static void fail(png_structp png, png_const_charp reason) {
  reader *state = png_get_error_ptr(png);
  strncpy(state->error->text, reason, sizeof state->error->text - 1);
  state->error->text[sizeof state->error->text - 1] = 0;
  longjmp(state->escape, 1);
}

static void ignore(png_structp png, png_const_charp reason) {
  (void)png;
  (void)reason;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  reader *state = png_get_io_ptr(png);
  if (count > state->left) png_error(png, "the file ends early");
  memcpy(target, state->bytes, count);
  state->bytes += count;
  state->left -= count;
}

// What is done with a file whose chunks before the pixels have been read.
typedef void (*action)(png_structp png, png_infop info, void *context);

// Errors of libpng and of the action leave by `escape`, and everything is freed either way.
static int run(const uint8_t *bytes, size_t count, mq_png_error *error, action act,
               void *context) {
  reader state = {.bytes = bytes, .left = count, .error = error};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, fail, ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    strcpy(error->text, "no memory");
    png_destroy_read_struct(&png, NULL, NULL);
    return -1;
  }
  if (setjmp(state.escape)) {
    png_destroy_read_struct(&png, &info, NULL);
    return -1;
  }
  png_set_read_fn(png, &state, read_bytes);
  png_set_user_limits(png, SIDE_LIMIT, SIDE_LIMIT);
  png_read_info(png, info);
  act(png, info, context);
  png_destroy_read_struct(&png, &info, NULL);
  return 0;
}

static void read_header(png_structp png, png_infop info, void *context) {
  mq_png_header *header = context;
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->depth = png_get_bit_depth(png, info);
  header->color_type = png_get_color_type(png, info);
}

int mq_png_read_header(const uint8_t *bytes, size_t count, mq_png_header *header,
                       mq_png_error *error) {
  return run(bytes, count, error, read_header, header);
}

// Asks for three bytes a pixel, or for two of a grey of 16 bits; gives the bytes of a pixel.
static int transform(png_structp png, png_infop info) {
  int color_type = png_get_color_type(png, info);
  int bytes = 3;
  if (color_type == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png, info) == 16) {
    bytes = 2;
  } else {
    png_set_strip_16(png);
    if (color_type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (color_type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
    png_set_gray_to_rgb(png);
    png_set_strip_alpha(png);
  }
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  return bytes;
}

// In place, from the end: samples of 16 bits, cut at 255, to three equal bytes.
static void spread_grey(uint8_t *pixels, size_t count) {
  for (size_t i = count; i-- > 0;) {
    uint8_t value = pixels[2 * i] ? 255 : pixels[2 * i + 1];
    memset(pixels + 3 * i, value, 3);
  }
}

// Where the pixels go, and how many bytes there are.
typedef struct {
  uint8_t *pixels;
  size_t size;
} target;

static void read_pixels(png_structp png, png_infop info, void *context) {
  uint8_t *pixels = ((target *)context)->pixels;
  size_t size = ((target *)context)->size;
  size_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
  if (3 * width * height != size) png_error(png, "the size changed");
  int passes = png_get_interlace_type(png, info) == PNG_INTERLACE_ADAM7 ? 7 : 1;
  int bytes = transform(png, info);
  if (png_get_rowbytes(png, info) != bytes * width) png_error(png, "unknown layout of pixels");
  for (int pass = 0; pass < passes; pass++)
    for (size_t row = 0; row < height; row++)
      png_read_row(png, pixels + row * width * bytes, NULL);
  if (bytes == 2) spread_grey(pixels, width * height);
}

int mq_png_read_rgb(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t size,
                    mq_png_error *error) {
  target to = {pixels, size};
  return run(bytes, count, error, read_pixels, &to);
}
