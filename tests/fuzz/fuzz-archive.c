/* SPDX-License-Identifier: Apache-2.0 */

/* Raw bytes of an archive, through the whole library. */
#include "archive-input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_inspect(data, size);
	return 0;
}
