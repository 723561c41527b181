/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/node-labels.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/gb-quote.h"
#include "fleet/inventory-formats.h"
#include "fleet/product-name.h"
#include "require/version.h"

#define NOTE_BYTES 400

/* k8s-device-plugin, internal/lm/nvml.go and resource.go; the names with OLD are those that
 * older releases write alone. gpu.present is the GPU operator's
 * (controllers/nodelabeling_controller.go), arch the kubelet's. */
enum label {
	DRIVER,
	DRIVER_MAJOR,
	DRIVER_MINOR,
	DRIVER_REVISION,
	OLD_DRIVER_MAJOR,
	OLD_DRIVER_MINOR,
	OLD_DRIVER_REVISION,
	CUDA,
	CUDA_MAJOR,
	CUDA_MINOR,
	OLD_CUDA_MAJOR,
	OLD_CUDA_MINOR,
	COMPUTE_MAJOR,
	COMPUTE_MINOR,
	GPU_PRODUCT,
	GPU_COUNT,
	GPU_PRESENT,
	ARCHITECTURE,
	LABELS,
};

static const char *const names[LABELS] = {
	[DRIVER] = "nvidia.com/cuda.driver-version.full",
	[DRIVER_MAJOR] = "nvidia.com/cuda.driver-version.major",
	[DRIVER_MINOR] = "nvidia.com/cuda.driver-version.minor",
	[DRIVER_REVISION] = "nvidia.com/cuda.driver-version.revision",
	[OLD_DRIVER_MAJOR] = "nvidia.com/cuda.driver.major",
	[OLD_DRIVER_MINOR] = "nvidia.com/cuda.driver.minor",
	[OLD_DRIVER_REVISION] = "nvidia.com/cuda.driver.rev",
	[CUDA] = "nvidia.com/cuda.runtime-version.full",
	[CUDA_MAJOR] = "nvidia.com/cuda.runtime-version.major",
	[CUDA_MINOR] = "nvidia.com/cuda.runtime-version.minor",
	[OLD_CUDA_MAJOR] = "nvidia.com/cuda.runtime.major",
	[OLD_CUDA_MINOR] = "nvidia.com/cuda.runtime.minor",
	[COMPUTE_MAJOR] = "nvidia.com/gpu.compute.major",
	[COMPUTE_MINOR] = "nvidia.com/gpu.compute.minor",
	[GPU_PRODUCT] = "nvidia.com/gpu.product",
	[GPU_COUNT] = "nvidia.com/gpu.count",
	[GPU_PRESENT] = "nvidia.com/gpu.present",
	[ARCHITECTURE] = "kubernetes.io/arch",
};

/* A version in one label, or in one for each of its numbers. */
struct version_source {
	enum label labels[3];
	size_t count;
};

/* From the newest name to the oldest. */
static const struct version_source driver_sources[] = {
	{{DRIVER}, 1},
	{{DRIVER_MAJOR, DRIVER_MINOR, DRIVER_REVISION}, 3},
	{{OLD_DRIVER_MAJOR, OLD_DRIVER_MINOR, OLD_DRIVER_REVISION}, 3},
};
static const struct version_source cuda_sources[] = {
	{{CUDA}, 1},
	{{CUDA_MAJOR, CUDA_MINOR}, 2},
	{{OLD_CUDA_MAJOR, OLD_CUDA_MINOR}, 2},
};
static const struct version_source arch_sources[] = {
	{{COMPUTE_MAJOR, COMPUTE_MINOR}, 2},
};

struct reader {
	struct gb_arena *arena;
	struct gb_span values[LABELS];
	struct gb_gpu *gpus; /* models: one, or those of the MIG slices */
	size_t gpu_count;
	size_t gpu_capacity;
	bool nvidia;      /* a label is NVIDIA's */
	bool discovery;   /* a label is Node Feature Discovery's */
	bool pci_vendor;  /* one of those names NVIDIA */
	bool pci_present; /* and says that there is a GPU */
	bool mig_slices;
	struct gb_span note;
};

/* The first note stays: what follows from it would only repeat it. */
static enum gpubadge_code GB_PRINTF(3, 4)
	note(struct reader *reader, struct gpubadge_error *err, const char *format, ...)
{
	char raw[NOTE_BYTES], shown[NOTE_BYTES];
	const char *copy;
	va_list args;

	if (reader->note.ptr)
		return GPUBADGE_OK;
	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	gb_quote_into(shown, sizeof(shown), gb_span_of(raw));
	copy = gb_arena_copy(reader->arena, gb_span_of(shown), err);
	if (!copy)
		return err->code;
	reader->note = gb_span_of(copy);
	return GPUBADGE_OK;
}

static bool is_above_zero(struct gb_span value)
{
	uint64_t number;

	return gb_span_number(value, &number) && number > 0;
}

static enum gpubadge_code add_gpu(struct reader *reader, struct gb_span product,
				  struct gpubadge_error *err)
{
	struct gb_gpu *gpus = gb_arena_grow(reader->arena, reader->gpus, reader->gpu_count,
					    &reader->gpu_capacity, sizeof(*gpus), err);

	if (!gpus)
		return err->code;
	reader->gpus = gpus;
	gpus[reader->gpu_count++] = (struct gb_gpu){.product = product};
	return GPUBADGE_OK;
}

/* Strategy "mixed": nvidia.com/mig-1g.5gb.product, .count (internal/lm/mig-strategy.go). */
static enum gpubadge_code read_mig(struct reader *reader, struct gb_span key, struct gb_span value,
				   struct gpubadge_error *err)
{
	if (gb_span_ends(key, ".count") && is_above_zero(value))
		reader->mig_slices = true;
	if (!gb_span_ends(key, ".product") || value.len == 0)
		return GPUBADGE_OK;
	return add_gpu(reader, value, err);
}

/* node-feature-discovery, source/pci/pci.go; the three labels are those that the GPU operator
 * takes for "has a GPU" (controllers/state_manager.go). */
static void read_pci(struct reader *reader, struct gb_span feature, struct gb_span value)
{
	reader->discovery = true;
	if (!gb_span_starts(feature, "pci-") || feature.len == 0 ||
	    !memmem(feature.ptr, feature.len, "10de", 4))
		return;
	reader->pci_vendor = true;
	if ((gb_span_is(feature, "pci-10de.present") ||
	     gb_span_is(feature, "pci-0302_10de.present") ||
	     gb_span_is(feature, "pci-0300_10de.present")) &&
	    gb_span_is(value, "true"))
		reader->pci_present = true;
}

static enum gpubadge_code read_label(struct reader *reader, struct gb_span key,
				     const struct gb_json *value, struct gpubadge_error *err)
{
	static const char mig[] = "nvidia.com/mig-", nfd[] = "feature.node.kubernetes.io/";
	struct gb_span text = gb_json_string(value);

	if (gb_span_starts(key, "nvidia.com/"))
		reader->nvidia = true;
	if (gb_span_starts(key, nfd))
		read_pci(reader, gb_span_from(key, strlen(nfd)), text);
	if (gb_span_starts(key, mig))
		return read_mig(reader, key, text, err);
	for (size_t i = 0; i < LABELS; i++) {
		if (!gb_span_is(key, names[i]))
			continue;
		if (value && gb_json_kind(value) != GB_JSON_STRING)
			return gb_error_set(err, GPUBADGE_E_SCHEMA,
					    "%s: expected a string, found %s", names[i],
					    gb_json_kind_name(gb_json_kind(value)));
		reader->values[i] = text;
	}
	return GPUBADGE_OK;
}

/* The version that the labels of SOURCE state together; absent, with the one that is wrong, if
 * they state none. */
static enum gpubadge_code join(struct reader *reader, const struct version_source *source,
			       struct gb_span *ret_version, enum label *ret_wrong,
			       struct gpubadge_error *err)
{
	char text[128];
	size_t len = 0;
	const char *copy;

	for (size_t i = 0; i < source->count; i++) {
		struct gb_span value = reader->values[source->labels[i]];
		uint64_t number;

		/* A version of two numbers has an empty revision. */
		if (i == 2 && value.len == 0)
			break;
		*ret_wrong = source->labels[i];
		if (!gb_version_is_valid(value) ||
		    (source->count > 1 && !gb_span_number(value, &number)) ||
		    len + 1 + value.len >= sizeof(text))
			return GPUBADGE_OK;
		if (i > 0)
			text[len++] = '.';
		memcpy(text + len, value.ptr, value.len);
		len += value.len;
	}
	if (!gb_version_is_valid((struct gb_span){text, len}))
		return GPUBADGE_OK;
	copy = gb_arena_copy(reader->arena, (struct gb_span){text, len}, err);
	if (!copy)
		return err->code;
	*ret_version = (struct gb_span){copy, len};
	return GPUBADGE_OK;
}

/* The first of the SOURCES that states a version. */
static enum gpubadge_code read_version(struct reader *reader, const struct version_source *sources,
				       size_t count, struct gb_span *version,
				       struct gpubadge_error *err)
{
	enum label wrong = LABELS, first_wrong = LABELS;
	struct gb_span value;

	for (size_t i = 0; i < count && !version->ptr; i++) {
		if (!reader->values[sources[i].labels[0]].ptr)
			continue;
		if (join(reader, &sources[i], version, &wrong, err))
			return err->code;
		if (first_wrong == LABELS)
			first_wrong = wrong;
	}
	if (version->ptr || first_wrong == LABELS)
		return GPUBADGE_OK;
	value = reader->values[first_wrong];
	if (!value.ptr)
		return note(reader, err, "label %s is missing", names[first_wrong]);
	return note(reader, err, "label %s is \"%.*s\", which is no version", names[first_wrong],
		    gb_inventory_shown(value), value.ptr);
}

static enum gb_presence presence(const struct reader *reader, enum gb_presence resources)
{
	const struct gb_span *values = reader->values;

	/* A count of zero beside a product contradicts itself. */
	if (resources != GB_PRESENCE_SOME && gb_span_is(values[GPU_COUNT], "0") &&
	    !reader->note.ptr)
		return GB_PRESENCE_UNKNOWN;
	if (resources == GB_PRESENCE_SOME || reader->gpu_count > 0 || reader->mig_slices ||
	    reader->pci_present || values[COMPUTE_MAJOR].ptr || is_above_zero(values[GPU_COUNT]) ||
	    gb_span_is(values[GPU_PRESENT], "true"))
		return GB_PRESENCE_SOME;
	if (gb_span_is(values[GPU_PRESENT], "false"))
		return GB_PRESENCE_NONE;
	if (reader->nvidia || reader->pci_vendor)
		return GB_PRESENCE_UNKNOWN;
	return reader->discovery ? GB_PRESENCE_NONE : resources;
}

/* The GPUs of a server that states none: those that the labels name, or one of which nothing is
 * known but that it is there. */
static enum gpubadge_code find_gpus(struct reader *reader, struct gb_server *server,
				    struct gb_span arch, enum gb_presence resources,
				    struct gpubadge_error *err)
{
	enum gb_presence found = presence(reader, resources);

	server->gpus_known = found != GB_PRESENCE_UNKNOWN;
	if (found != GB_PRESENCE_SOME)
		return GPUBADGE_OK;
	if (reader->gpu_count == 0 && add_gpu(reader, (struct gb_span){NULL, 0}, err))
		return err->code;
	for (size_t i = 0; i < reader->gpu_count; i++)
		reader->gpus[i].arch = arch;
	server->gpus = reader->gpus;
	server->gpu_count = reader->gpu_count;
	return GPUBADGE_OK;
}

static bool same_model(struct gb_span a, struct gb_span b)
{
	struct gb_product_name left, right;

	return gb_product_name_parse(a, &left) && gb_product_name_parse(b, &right) &&
	       strcmp(left.text, right.text) == 0;
}

/* The GPUs that a server states, completed. The labels are those of one model, so they say
 * nothing of a GPU of another, nor of one without a name beside another. */
static enum gpubadge_code complete_gpus(struct reader *reader, struct gb_server *server,
					struct gb_span arch, struct gpubadge_error *err)
{
	struct gb_span product = reader->values[GPU_PRODUCT];
	bool others = false;
	struct gb_gpu *gpus;

	gpus = gb_arena_alloc(reader->arena, server->gpu_count * sizeof(*gpus), err);
	if (!gpus)
		return err->code;
	memcpy(gpus, server->gpus, server->gpu_count * sizeof(*gpus));
	for (size_t i = 0; i < server->gpu_count; i++)
		if (gpus[i].product.ptr && !same_model(gpus[i].product, product))
			others = true;
	for (size_t i = 0; i < server->gpu_count; i++) {
		if (gpus[i].product.ptr ? !same_model(gpus[i].product, product) : others)
			continue;
		if (!gpus[i].product.ptr && product.len > 0)
			gpus[i].product = product;
		if (!gpus[i].arch.ptr)
			gpus[i].arch = arch;
	}
	server->gpus = gpus;
	return GPUBADGE_OK;
}

static enum gpubadge_code read_all(struct reader *reader, const struct gb_json *labels,
				   struct gpubadge_error *err)
{
	const struct gb_json *value;
	struct gb_span key, product;
	void *cursor = NULL;

	while (gb_json_next(labels, &cursor, &key, &value))
		if (read_label(reader, key, value, err))
			return err->code;
	product = reader->values[GPU_PRODUCT];
	if (product.len == 0)
		return GPUBADGE_OK;
	if (add_gpu(reader, product, err))
		return err->code;
	if (!gb_product_name_is_invalid_mig(product))
		return GPUBADGE_OK;
	return note(reader, err, "label %s is \"%.*s\": the set-up of MIG is invalid",
		    names[GPU_PRODUCT], gb_inventory_shown(product), product.ptr);
}

enum gpubadge_code gb_node_labels_fill(struct gb_server *server, const struct gb_json *labels,
				       enum gb_presence resources, struct gb_arena *arena,
				       struct gpubadge_error *err)
{
	struct reader reader = {.arena = arena, .note = server->note};
	struct gb_span arch = {NULL, 0};

	if (read_all(&reader, labels, err) ||
	    read_version(&reader, driver_sources, GB_ARRAY_LEN(driver_sources), &server->driver,
			 err) ||
	    read_version(&reader, cuda_sources, GB_ARRAY_LEN(cuda_sources), &server->cuda, err) ||
	    read_version(&reader, arch_sources, GB_ARRAY_LEN(arch_sources), &arch, err))
		return err->code;
	if (!server->architecture.ptr && reader.values[ARCHITECTURE].len > 0)
		server->architecture = reader.values[ARCHITECTURE];
	server->note = reader.note;
	if (!server->gpus_known)
		return find_gpus(&reader, server, arch, resources, err);
	return server->gpu_count > 0 ? complete_gpus(&reader, server, arch, err) : GPUBADGE_OK;
}
