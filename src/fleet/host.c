/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/host.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/gb-bytes.h"
#include "fleet/host-sources.h"

const struct gb_host_sources gb_host_sources = {
	.nvml = "libnvidia-ml.so.1",
	.proc = "/proc/driver/nvidia",
};

/* Longer than anything a note says of one machine. */
#define NOTE_BYTES ((size_t)16 * 1024)

/* The kernel's names for processors (uname -m) and those of images, which are Go's. */
static const struct {
	const char *machine;
	const char *architecture;
} architectures[] = {
	{"x86_64", "amd64"},    {"aarch64", "arm64"}, {"ppc64le", "ppc64le"},
	{"riscv64", "riscv64"}, {"s390x", "s390x"},   {"loongarch64", "loong64"},
	{"armv7l", "arm"},      {"armv6l", "arm"},    {"i686", "386"},
};

static const char *architecture_of(const char *machine)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(architectures); i++)
		if (strcmp(architectures[i].machine, machine) == 0)
			return architectures[i].architecture;
	return NULL;
}

/* What /proc did not tell. Tables may know some of it. */
static void note_missing(struct gb_bytes *note, const struct gb_server *server)
{
	if (!server->driver.ptr)
		gb_bytes_text(note, "the driver's version");
	if (!server->driver.ptr && (!server->gpus_known || server->gpu_count > 0))
		gb_bytes_text(note, ", ");
	if (!server->gpus_known)
		gb_bytes_text(note, "the GPUs");
	else if (server->gpu_count > 0)
		gb_bytes_text(note, "compute capability and brand of the GPUs");
}

/* There is no NVML to ask, because of WHY. */
static enum gpubadge_code read_without_nvml(const struct gb_host_sources *sources, const char *why,
					    struct gb_arena *arena, struct gb_server *server,
					    struct gb_bytes *note, struct gpubadge_error *err)
{
	bool loaded = false;

	if (gb_host_read_proc(sources->proc, arena, server, &loaded, err))
		return err->code;
	if (!loaded) {
		server->gpus_known = true;
		gb_bytes_format(note,
				"no NVIDIA driver is loaded: NVML (%s) %s, and %s is not there",
				sources->nvml, why, sources->proc);
	} else if (!server->driver.ptr || !server->gpus_known || server->gpu_count > 0) {
		gb_bytes_format(note, "NVML (%s) %s, and %s does not tell: ", sources->nvml, why,
				sources->proc);
		note_missing(note, server);
	}
	return gb_bytes_check(note, err);
}

static enum gpubadge_code read_host(const struct gb_host_sources *sources, struct gb_arena *arena,
				    struct gb_server *server, struct gb_bytes *note,
				    struct gpubadge_error *err)
{
	const char *why = NULL;

	if (gb_host_read_nvml(sources->nvml, arena, server, &why, err))
		return err->code;
	if (why)
		return read_without_nvml(sources, why, arena, server, note, err);
	if (!server->driver.ptr)
		gb_bytes_text(note,
			      "NVML knows no version of the driver: it is a development build");
	return gb_bytes_check(note, err);
}

enum gpubadge_code gb_host_add(struct gb_fleet *fleet, const struct gb_host_sources *sources,
			       struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes note = gb_bytes_init(NOTE_BYTES);
	struct utsname system;
	char name[256] = "";
	struct gb_server server = {.gpus_known = false};

	gb_arena_init(&arena, fleet->limits.result_bytes);
	/* The last byte stays NUL whatever fits. A machine may have no name. */
	if (gethostname(name, sizeof(name) - 1) < 0 || name[0] == '\0')
		memcpy(name, "localhost", sizeof("localhost"));
	server.name = gb_span_of(name);
	if (uname(&system) == 0)
		server.architecture = gb_span_of(architecture_of(system.machine));
	if (read_host(sources, &arena, &server, &note, err))
		return err->code;
	if (note.len > 0)
		server.note = gb_bytes_span(&note);
	return gb_fleet_add(fleet, &server, err);
}
