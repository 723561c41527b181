/* SPDX-License-Identifier: Apache-2.0 */

/* Facts with their provenance, and the badge they add up to. Pure: no I/O. */
#ifndef GB_EVIDENCE_EVIDENCE_H
#define GB_EVIDENCE_EVIDENCE_H

#include "base/gb-findings.h"
#include "base/gb-span.h"

enum gb_fact_kind {
	GB_FACT_WORD,  /* says yes or no: NVIDIA_GPU */
	GB_FACT_VALUE, /* says yes by being there: NVIDIA_REQUIRE_CUDA, CUDA_VERSION */
};

struct gb_fact {
	enum gb_fact_kind kind;
	const char *variable;
	struct gb_span value; /* absent or empty: no fact */
};

/* Keeps of FACTS those that are evidence of a GPU, in their order, and returns how many: the
 * image carries the badge if there is any. A false word is no evidence but a finding. On
 * failure ERR is set and 0 is returned. */
size_t gb_evidence_keep(struct gb_fact *facts, size_t count, struct gb_arena *arena,
			struct gb_findings *findings, struct gpubadge_error *err);

#endif
