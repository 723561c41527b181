/* SPDX-License-Identifier: Apache-2.0 */

/* Attributes, array length, scope cleanup. */
#ifndef GB_BASE_ATTR_H
#define GB_BASE_ATTR_H

#define GB_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define GB_MUST_CHECK __attribute__((warn_unused_result))

/* Calls DONE(&variable) when the variable leaves its scope. */
#define GB_CLEANUP(done) __attribute__((cleanup(done)))

#define GB_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
