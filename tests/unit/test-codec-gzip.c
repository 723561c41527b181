/* SPDX-License-Identifier: Apache-2.0 */

/* What stands around deflate data, RFC 1952, whichever library unpacks that. */
#include "source/codec.h"

#include <string.h>

#include <zlib.h>

#include "base/gb-limits.h"
#include "expect.h"
#include "packing.h"
#include "source/source.h"

#define FIXED_HEADER 10

static struct gpubadge_limits limits;
static struct gb_bytes packed;

static void set_up(void)
{
	gpubadge_limits_init(&limits);
	packed = gb_bytes_init(SIZE_MAX / 2);
}

static void tear_down(void)
{
	gb_bytes_done(&packed);
}

TestSuite(codec_gzip, .init = set_up, .fini = tear_down);

/* A member whose header has FLAGS and FIELDS, and the right checksum if FLAGS ask for one. */
static void pack_with_header(unsigned char flags, struct gb_span fields, struct gb_span content)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes plain = gb_bytes_init(SIZE_MAX / 2);
	size_t start = packed.len;

	pack_gzip(&plain, content);
	plain.ptr[3] = (char)flags;
	gb_bytes_append(&packed, (struct gb_span){plain.ptr, FIXED_HEADER});
	gb_bytes_append(&packed, fields);
	if (flags & 2) {
		uLong crc = crc32(0, (const Bytef *)packed.ptr + start, (uInt)(packed.len - start));
		char bytes[] = {(char)(crc & 0xff), (char)(crc >> 8 & 0xff)};

		gb_bytes_append(&packed, (struct gb_span){bytes, sizeof(bytes)});
	}
	gb_bytes_append(&packed, gb_span_from(gb_bytes_span(&plain), FIXED_HEADER));
}

/* Feeds the decoder PIECE bytes at a time and gives it ROOM bytes at a time. */
static enum gpubadge_code decode_piecewise(size_t piece, size_t room, struct gb_bytes *out,
					   struct gpubadge_error *err)
{
	struct gb_span rest = gb_bytes_span(&packed);
	enum gb_codec_state state = GB_CODEC_MORE;
	void *decoder;

	cr_assert_eq(gb_codec_gzip.open(&limits, &decoder, err), GPUBADGE_OK);
	while (rest.len > 0 || state == GB_CODEC_MORE) {
		struct gb_span in = {rest.ptr, piece < rest.len ? piece : rest.len};
		size_t offered = in.len, written;

		if (gb_codec_gzip.decode(decoder, &in, gb_bytes_reserve(out, room), room, &written,
					 &state, err))
			break;
		gb_bytes_commit(out, written);
		rest = gb_span_from(rest, offered - in.len);
		if (written == 0 && offered == 0)
			break;
	}
	gb_codec_gzip.close(decoder);
	return err->code;
}

static void gives_in_any_pieces(struct gb_span content)
{
	static const size_t sizes[] = {1, 2, 3, 7, 8, 9, 100, 65536};

	for (size_t i = 0; i < GB_ARRAY_LEN(sizes) * GB_ARRAY_LEN(sizes); i++) {
		GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);
		size_t piece = sizes[i % GB_ARRAY_LEN(sizes)];
		size_t room = sizes[i / GB_ARRAY_LEN(sizes)];
		struct gpubadge_error err = NO_ERROR;

		cr_assert_eq(decode_piecewise(piece, room, &out, &err), GPUBADGE_OK,
			     "%zu in, %zu out: %s", piece, room, err.text);
		cr_assert(gb_span_equal(gb_bytes_span(&out), content), "%zu in, %zu out", piece,
			  room);
	}
}

static void fails(const char *text)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_source_unpack(gb_bytes_span(&packed), &limits, &out, &err),
		     GPUBADGE_E_CORRUPT, "%s", err.text);
	expect_error_in(&err, GPUBADGE_E_CORRUPT, text);
}

Test(codec_gzip, passes_over_every_field_of_a_header)
{
	static const struct {
		unsigned char flags;
		struct gb_span fields;
	} table[] = {
		{1, {NULL, 0}}, /* "probably text" */
		{2, {NULL, 0}},   {4, {"\3\0abc", 5}},  {4, {"\0\0", 2}},
		{8, {"name", 5}}, {16, {"comment", 8}}, {31, {"\3\0\0b\0name\0comment", 18}},
		{24, {"\0", 2}},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		packed.len = 0;
		pack_with_header(table[i].flags, table[i].fields, SPAN("content"));
		gives_in_any_pieces(SPAN("content"));
	}
}

Test(codec_gzip, finds_a_bad_checksum_of_a_header)
{
	pack_with_header(2, SPAN(""), SPAN("content"));
	packed.ptr[FIXED_HEADER] ^= 1;
	fails("damaged gzip data: header crc mismatch");
}

Test(codec_gzip, finds_damage_that_the_checksum_of_a_header_covers)
{
	pack_with_header(2 | 8, (struct gb_span){"name", 5}, SPAN("content"));
	packed.ptr[FIXED_HEADER] ^= 1;
	fails("damaged gzip data: header crc mismatch");
}

Test(codec_gzip, refuses_flags_that_do_not_exist)
{
	for (unsigned flag = 0x20; flag <= 0x80; flag <<= 1) {
		packed.len = 0;
		pack_with_header((unsigned char)flag, SPAN(""), SPAN("content"));
		fails("damaged gzip data: unknown header flags set");
	}
}

Test(codec_gzip, refuses_deflate_data_that_is_none)
{
	pack_gzip(&packed, SPAN("content"));
	packed.ptr[FIXED_HEADER] = 0x07; /* a block of the type that does not exist */
	fails("damaged gzip data: invalid deflate data");
}

/* The end of the deflate data may be read ahead over: the trailer and the next member count. */
Test(codec_gzip, reads_members_of_any_length_in_any_pieces)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = gb_bytes_init(SIZE_MAX / 2);

	for (size_t length = 0; length < 20; length++) {
		size_t start = content.len;

		pack_noise(&content, length * length);
		pack_gzip(&packed, gb_span_from(gb_bytes_span(&content), start));
	}
	gives_in_any_pieces(gb_bytes_span(&content));
}

Test(codec_gzip, reads_more_than_a_window_in_any_pieces)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes content = gb_bytes_init(SIZE_MAX / 2);

	pack_noise(&content, 40000);
	for (int i = 0; i < 3; i++) /* and repetitions as far back as deflate reaches */
		pack_noise(&content, 32000);
	pack_gzip(&packed, gb_bytes_span(&content));
	gives_in_any_pieces(gb_bytes_span(&content));
}
