/* SPDX-License-Identifier: Apache-2.0 */

/* Mistakes that published requirements have, told as findings: what each means, and to whom. */
#ifndef GB_REQUIRE_LINT_H
#define GB_REQUIRE_LINT_H

#include "base/gb-findings.h"
#include "require/requirement.h"

/* TEXT is what REQUIREMENT was parsed from, VARIABLE where it stands. One finding of a kind is
 * enough, there may be thousands. */
enum gpubadge_code gb_requirement_lint(const struct gb_requirement *requirement,
				       struct gb_span text, const char *variable,
				       struct gb_arena *arena, struct gb_findings *findings,
				       struct gpubadge_error *err) GB_MUST_CHECK;

#endif
