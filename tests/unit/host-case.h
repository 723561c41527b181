/* SPDX-License-Identifier: Apache-2.0 */

/* This machine in a fleet of its own, in a scratch directory: the driver's directory is "proc"
 * there, and NVML the stand-in of tests/stand-in/nvml.c, which reads the environment of the test,
 * or missing. */
#ifndef GB_TESTS_HOST_CASE_H
#define GB_TESTS_HOST_CASE_H

#include "fleet/host.h"

#define NO_NVML "./libnvidia-ml.so.1"
#define PROC "proc"

extern struct gb_fleet host_fleet;

/* For .init and .fini. */
void host_case_enter(void);
void host_case_leave(void);

/* Sets NAME in the environment. */
void host_set(const char *name, const char *value);

/* gb_host_add() with NVML at the path NVML. */
enum gpubadge_code host_add(const char *nvml, struct gpubadge_error *err);

/* The same, which has to succeed. */
const struct gb_server *host_added(const char *nvml);

/* The same, which has to fail with IO and TEXT and add nothing. */
#define expect_refusal(nvml, text) expect_refusal_at(__LINE__, nvml, text)
void expect_refusal_at(int line, const char *nvml, const char *text);

#endif
