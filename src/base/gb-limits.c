/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/gb-error.h"

#define KIB ((uint64_t)1024)
#define MIB (1024 * KIB)

#define LIMIT(member, value, reason)                                             \
	{                                                                        \
#member, offsetof(struct gpubadge_limits, member), value, reason \
	}

static const struct gb_limit table[] = {
	LIMIT(document_bytes, 4 * MIB,
	      "registries and containers/image stop at 4 MiB for a manifest or a config"),
	LIMIT(kept_bytes, 64 * MIB,
	      "in one pass every JSON document has to be kept until the last one names the rest"),
	LIMIT(name_bytes, 8 * MIB, "names of skipped members only make messages better"),
	LIMIT(json_values, 200000,
	      "the parsed form of a small value takes 150 bytes: this bounds it to 30 MB"),
	LIMIT(decompressed_bytes, 1024 * 1024 * MIB,
	      "no image is 1 TiB; gzip blows up a thousandfold"),
	LIMIT(window_bytes, 128 * MIB,
	      "zstd --long=27 and xz -9 (65 MiB) are the largest windows in use"),
	LIMIT(compression_depth, 2, "a .tar.gz zipped once more by a transfer"),
	LIMIT(index_depth, 8, "real indexes nest once; containers/image follows one level"),
	LIMIT(index_descriptors, 1000, "the largest public indexes list some dozens"),
	LIMIT(image_names, 1000, "docker save writes one for every tag"),
	LIMIT(link_hops, 8, "docker save links once"),
	LIMIT(environment_entries, 65536, "nvidia/cuda images have about sixty"),
	LIMIT(environment_entry_bytes, 128 * KIB,
	      "Linux refuses a longer environment string (MAX_ARG_STRLEN)"),
	LIMIT(requirement_variables, 256, "libnvidia-container takes 32"),
	LIMIT(requirement_bytes, 64 * KIB, "the longest value published has 2,596 bytes"),
	LIMIT(requirement_conditions, 4096, "the longest value published has about 220"),
	LIMIT(result_bytes, 64 * MIB, "what a result copies out of the documents it kept"),
	LIMIT(inventory_bytes, 256 * MIB,
	      "kubectl writes about 20 KB for a node, and 5,000 nodes is what Kubernetes supports"),
	LIMIT(inventory_values, 4000000, "a node has some hundreds of values"),
	LIMIT(fleet_servers, 50000, "the largest clusters have 15,000 nodes"),
};

const struct gb_limit *gb_limits_table(size_t *ret_count)
{
	*ret_count = GB_ARRAY_LEN(table);
	return table;
}

void gpubadge_limits_init(struct gpubadge_limits *limits)
{
	memset(limits, 0, sizeof(*limits));
	limits->size = sizeof(*limits);
	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++)
		memcpy((char *)limits + table[i].offset, &table[i].value, sizeof(uint64_t));
}

enum gpubadge_code gpubadge_limits_set(struct gpubadge_limits *limits, const char *name,
				       uint64_t value, struct gpubadge_error *err)
{
	struct gpubadge_error own = {.code = GPUBADGE_OK};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		if (strcmp(table[i].name, name) != 0 ||
		    table[i].offset + sizeof(value) > limits->size)
			continue;
		memcpy((char *)limits + table[i].offset, &value, sizeof(value));
		return GPUBADGE_OK;
	}
	gb_error_set(&own, GPUBADGE_E_USAGE,
		     "no limit is called \"%s\"; gpubadge(1) lists them under LIMITS", name);
	if (err)
		*err = own;
	return own.code;
}

enum gpubadge_code gb_limit_exceeded(struct gpubadge_error *err, const char *name,
				     const char *format, ...)
{
	char text[GPUBADGE_ERROR_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return gb_error_set(err, GPUBADGE_E_LIMIT, "%s; --limit %s=N raises it", text, name);
}

struct gpubadge_limits gb_limits_merge(const struct gpubadge_limits *caller)
{
	struct gpubadge_limits limits;

	gpubadge_limits_init(&limits);
	if (caller)
		memcpy(&limits, caller,
		       caller->size < sizeof(limits) ? caller->size : sizeof(limits));
	limits.size = sizeof(limits);
	return limits;
}
