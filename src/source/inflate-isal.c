/* SPDX-License-Identifier: Apache-2.0 */
#include "source/inflate.h"

#include <limits.h>
#include <stdlib.h>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

struct gb_inflater {
	struct inflate_state state;
};

struct gb_inflater *gb_inflater_new(void)
{
	struct gb_inflater *inflater = malloc(sizeof(*inflater));

	if (!inflater)
		return NULL;
	isal_inflate_init(&inflater->state);
	gb_inflater_reset(inflater);
	return inflater;
}

void gb_inflater_free(struct gb_inflater *inflater)
{
	free(inflater);
}

void gb_inflater_reset(struct gb_inflater *inflater)
{
	isal_inflate_reset(&inflater->state);
	inflater->state.crc_flag = ISAL_GZIP_NO_HDR;
}

enum gb_inflate_state gb_inflater_run(struct gb_inflater *inflater, struct gb_span *in, char *out,
				      size_t size, size_t *ret_written)
{
	struct inflate_state *state = &inflater->state;
	int result;

	state->next_in = (uint8_t *)(uintptr_t)in->ptr; /* ISA-L does not write there */
	state->avail_in = in->len < UINT_MAX ? (uint32_t)in->len : UINT_MAX;
	state->next_out = (uint8_t *)out;
	state->avail_out = size < UINT_MAX ? (uint32_t)size : UINT_MAX;
	result = isal_inflate(state);
	*in = gb_span_from(*in, (size_t)((const char *)state->next_in - in->ptr));
	*ret_written = (size_t)((char *)state->next_out - out);
	if (result != ISAL_DECOMP_OK)
		return GB_INFLATE_DAMAGED;
	return state->block_state == ISAL_BLOCK_FINISH ? GB_INFLATE_END : GB_INFLATE_MORE;
}

uint32_t gb_inflater_crc(const struct gb_inflater *inflater)
{
	return inflater->state.crc;
}

/* ISA-L loads 64 bits at a time. Deflate data ends within a byte, the rest of which is padding. */
size_t gb_inflater_rest(const struct gb_inflater *inflater, char rest[GB_INFLATE_REST])
{
	size_t count = (size_t)inflater->state.read_in_length / CHAR_BIT;
	uint64_t bits = inflater->state.read_in >> inflater->state.read_in_length % CHAR_BIT;

	for (size_t i = 0; i < count && i < GB_INFLATE_REST; i++)
		rest[i] = (char)(bits >> CHAR_BIT * i & UCHAR_MAX);
	return count < GB_INFLATE_REST ? count : GB_INFLATE_REST;
}

uint32_t gb_inflate_crc32(uint32_t crc, struct gb_span bytes)
{
	return crc32_gzip_refl(crc, (const unsigned char *)bytes.ptr, bytes.len);
}

bool gb_inflate_is_isal(void)
{
	return true;
}
