/* SPDX-License-Identifier: Apache-2.0 */

/* Compressed bytes through the decompressors, with small limits so that bombs end early. */
#include "archive-input.h"

#include <assert.h>

#include "source/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gpubadge_error err = {.code = GPUBADGE_OK};
	struct gb_bytes out = gb_bytes_init((size_t)1 << 20);
	struct gpubadge_limits limits;

	gpubadge_limits_init(&limits);
	limits.window_bytes = (uint64_t)8 << 20;
	limits.decompressed_bytes = (uint64_t)4 << 20;
	if (gb_source_unpack((struct gb_span){(const char *)data, size}, &limits, &out, &err))
		assert(err.code != GPUBADGE_OK);
	gb_bytes_done(&out);
	return 0;
}
