/* SPDX-License-Identifier: Apache-2.0 */

/* What RFC 1952 puts around deflate data. Here and not in the libraries that inflate, so that
 * with each of them an input gives the same answer: the checksum decides. */
#include "source/codec.h"

#include <stdlib.h>
#include <string.h>

#include "source/inflate.h"

/* The parts of a member, in their order (section 2.3). */
enum gzip_part {
	PART_MAGIC,
	PART_METHOD, /* and the flags */
	PART_TIME,   /* and what wrote it, where */
	PART_EXTRA_LENGTH,
	PART_EXTRA,
	PART_NAME,
	PART_COMMENT,
	PART_HEADER_CRC,
	PART_DATA,
	PART_CRC,
	PART_LENGTH,
	PART_NONE, /* the next byte starts another member */
};

enum gzip_flag {
	FLAG_HEADER_CRC = 0x02,
	FLAG_EXTRA = 0x04,
	FLAG_NAME = 0x08,
	FLAG_COMMENT = 0x10,
	FLAGS_RESERVED = 0xe0,
};

#define METHOD_DEFLATE 8

struct gzip_decoder {
	struct gb_inflater *inflater;
	enum gzip_part part;
	unsigned char field[6]; /* of a part with a fixed size, as much as was read */
	size_t have;
	unsigned flags;
	size_t extra;
	uint32_t header_crc;
	uint32_t length; /* of the output, modulo 2^32 as in the file */
};

static void start_member(struct gzip_decoder *decoder)
{
	gb_inflater_reset(decoder->inflater);
	decoder->part = PART_MAGIC;
	decoder->have = 0;
	decoder->header_crc = 0;
	decoder->length = 0;
}

static enum gpubadge_code gzip_open(const struct gpubadge_limits *limits, void **ret_decoder,
				    struct gpubadge_error *err)
{
	struct gzip_decoder *decoder = calloc(1, sizeof(*decoder));

	(void)limits; /* the window of deflate is 32 KiB */
	if (decoder)
		decoder->inflater = gb_inflater_new();
	if (!decoder || !decoder->inflater) {
		free(decoder);
		return gb_error_set_nomem(err);
	}
	start_member(decoder);
	*ret_decoder = decoder;
	return GPUBADGE_OK;
}

/* Takes COUNT bytes, or all there are, off *IN. */
static struct gb_span take(struct gb_span *in, size_t count)
{
	struct gb_span taken = {in->ptr, count < in->len ? count : in->len};

	*in = gb_span_from(*in, taken.len);
	return taken;
}

/* True once the field has SIZE bytes. */
static bool take_field(struct gzip_decoder *decoder, struct gb_span *in, size_t size)
{
	struct gb_span taken = take(in, size - decoder->have);

	if (taken.len > 0)
		memcpy(decoder->field + decoder->have, taken.ptr, taken.len);
	decoder->have += taken.len;
	if (decoder->have < size)
		return false;
	decoder->have = 0;
	return true;
}

static uint32_t little_endian(const unsigned char *bytes, size_t size)
{
	uint32_t value = 0;

	while (size-- > 0)
		value = value << 8 | bytes[size];
	return value;
}

/* As take_field(), for a field of the header that its checksum covers. */
static bool take_header_field(struct gzip_decoder *decoder, struct gb_span *in, size_t size)
{
	if (!take_field(decoder, in, size))
		return false;
	decoder->header_crc = gb_inflate_crc32(decoder->header_crc,
					       (struct gb_span){(const char *)decoder->field,
								size});
	return true;
}

static bool take_extra(struct gzip_decoder *decoder, struct gb_span *in)
{
	struct gb_span taken = take(in, decoder->extra);

	decoder->header_crc = gb_inflate_crc32(decoder->header_crc, taken);
	decoder->extra -= taken.len;
	return decoder->extra == 0;
}

/* The name or the comment: up to a zero byte. */
static bool take_text(struct gzip_decoder *decoder, struct gb_span *in)
{
	size_t length = gb_span_index(*in, '\0');
	bool ended = length < in->len;

	decoder->header_crc = gb_inflate_crc32(decoder->header_crc, take(in, length + ended));
	return ended;
}

static enum gpubadge_code check_method(struct gzip_decoder *decoder, struct gpubadge_error *err)
{
	decoder->flags = decoder->field[1];
	if (decoder->field[0] != METHOD_DEFLATE)
		return gb_error_set(err, GPUBADGE_E_CORRUPT,
				    "damaged gzip data: unknown compression method");
	if (decoder->flags & FLAGS_RESERVED)
		return gb_error_set(err, GPUBADGE_E_CORRUPT,
				    "damaged gzip data: unknown header flags set");
	return GPUBADGE_OK;
}

static bool has(const struct gzip_decoder *decoder, enum gzip_flag flag)
{
	return (decoder->flags & flag) != 0;
}

static enum gpubadge_code check_header_crc(const struct gzip_decoder *decoder,
					   struct gpubadge_error *err)
{
	if (little_endian(decoder->field, 2) == (decoder->header_crc & 0xffff))
		return GPUBADGE_OK;
	return gb_error_set(err, GPUBADGE_E_CORRUPT, "damaged gzip data: header crc mismatch");
}

/* Reads one part of the header. *RET_DONE if it is complete, or not there. */
static enum gpubadge_code read_header_part(struct gzip_decoder *decoder, struct gb_span *in,
					   bool *ret_done, struct gpubadge_error *err)
{
	*ret_done = true;
	switch (decoder->part) {
	case PART_MAGIC:
		*ret_done = take_header_field(decoder, in, 2);
		break;
	case PART_METHOD:
		*ret_done = take_header_field(decoder, in, 2);
		return *ret_done ? check_method(decoder, err) : GPUBADGE_OK;
	case PART_TIME:
		*ret_done = take_header_field(decoder, in, 6);
		break;
	case PART_EXTRA_LENGTH:
		if (has(decoder, FLAG_EXTRA))
			*ret_done = take_header_field(decoder, in, 2);
		decoder->extra = has(decoder, FLAG_EXTRA) ? little_endian(decoder->field, 2) : 0;
		break;
	case PART_EXTRA:
		*ret_done = take_extra(decoder, in);
		break;
	case PART_NAME:
	case PART_COMMENT:
		if (has(decoder, decoder->part == PART_NAME ? FLAG_NAME : FLAG_COMMENT))
			*ret_done = take_text(decoder, in);
		break;
	case PART_HEADER_CRC:
		if (!has(decoder, FLAG_HEADER_CRC))
			break;
		*ret_done = take_field(decoder, in, 2);
		return *ret_done ? check_header_crc(decoder, err) : GPUBADGE_OK;
	default: /* no part of the header */
		break;
	}
	return GPUBADGE_OK;
}

/* Reads the header as far as there is input; then the part is PART_DATA or *RET_STATE is set. */
static enum gpubadge_code read_header(struct gzip_decoder *decoder, struct gb_span *in,
				      enum gb_codec_state *ret_state, struct gpubadge_error *err)
{
	while (decoder->part < PART_DATA) {
		bool done;

		if (read_header_part(decoder, in, &done, err))
			return err->code;
		if (!done)
			break;
		if (decoder->part == PART_MAGIC && memcmp(decoder->field, "\x1f\x8b", 2) != 0) {
			*ret_state = GB_CODEC_BAD_MAGIC;
			break;
		}
		decoder->part++;
	}
	return GPUBADGE_OK;
}

/* Reads the checksum and the length as far as there is input. */
static enum gpubadge_code read_trailer(struct gzip_decoder *decoder, struct gb_span *in,
				       enum gb_codec_state *ret_state, struct gpubadge_error *err)
{
	if (decoder->part == PART_CRC && take_field(decoder, in, 4)) {
		if (little_endian(decoder->field, 4) != gb_inflater_crc(decoder->inflater))
			return gb_error_set(err, GPUBADGE_E_CORRUPT,
					    "damaged gzip data: incorrect data check");
		decoder->part = PART_LENGTH;
	}
	if (decoder->part == PART_LENGTH && take_field(decoder, in, 4)) {
		if (little_endian(decoder->field, 4) != decoder->length)
			return gb_error_set(err, GPUBADGE_E_CORRUPT,
					    "damaged gzip data: incorrect length check");
		decoder->part = PART_NONE;
		*ret_state = GB_CODEC_END;
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code read_data(struct gzip_decoder *decoder, struct gb_span *in, char *out,
				    size_t size, size_t *ret_written,
				    enum gb_codec_state *ret_state, struct gpubadge_error *err)
{
	char bytes[GB_INFLATE_REST];
	struct gb_span rest = {bytes, 0};
	enum gb_inflate_state state = gb_inflater_run(decoder->inflater, in, out, size,
						      ret_written);

	decoder->length += (uint32_t)*ret_written;
	switch (state) {
	case GB_INFLATE_MORE:
		return GPUBADGE_OK;
	case GB_INFLATE_END:
		break;
	case GB_INFLATE_DAMAGED:
		return gb_error_set(err, GPUBADGE_E_CORRUPT,
				    "damaged gzip data: invalid deflate data");
	case GB_INFLATE_NOMEM:
		return gb_error_set_nomem(err);
	}
	decoder->part = PART_CRC;
	/* Shorter than the trailer: nothing of it is left over. */
	rest.len = gb_inflater_rest(decoder->inflater, bytes);
	return read_trailer(decoder, &rest, ret_state, err);
}

static enum gpubadge_code gzip_decode(void *state, struct gb_span *in, char *out, size_t size,
				      size_t *ret_written, enum gb_codec_state *ret_state,
				      struct gpubadge_error *err)
{
	struct gzip_decoder *decoder = state;

	*ret_written = 0;
	*ret_state = GB_CODEC_MORE;
	if (decoder->part == PART_NONE)
		start_member(decoder);
	if (decoder->part < PART_DATA && read_header(decoder, in, ret_state, err))
		return err->code;
	if (decoder->part == PART_DATA &&
	    read_data(decoder, in, out, size, ret_written, ret_state, err))
		return err->code;
	if (decoder->part > PART_DATA && decoder->part < PART_NONE)
		return read_trailer(decoder, in, ret_state, err);
	return GPUBADGE_OK;
}

static void gzip_close(void *state)
{
	struct gzip_decoder *decoder = state;

	gb_inflater_free(decoder->inflater);
	free(decoder);
}

const struct gb_codec gb_codec_gzip = {
	.name = "gzip",
	.magic = {"\x1f\x8b", 2},
	.tail = GB_TAIL_IGNORED,
	.open = gzip_open,
	.decode = gzip_decode,
	.close = gzip_close,
};
