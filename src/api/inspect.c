/* SPDX-License-Identifier: Apache-2.0 */

/* The pipeline, and the only place that knows its order: source, store, images, environment,
 * evidence, requirement, report. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/requirements.h"
#include "api/result.h"
#include "base/gb-limits.h"
#include "source/copy.h"

/* What one run works on. */
struct run {
	struct gpubadge_result *result;
	struct gb_location location;
	const char *compression;
	struct gb_copy *copy; /* of what is read, or NULL */
};

static enum gpubadge_code weigh_evidence(struct gpubadge_result *result,
					 struct gpubadge_report *report, struct gpubadge_error *err)
{
	const struct gb_nvidia_environment *nvidia = &report->nvidia;
	const struct gb_fact facts[] = {
		{GB_FACT_WORD, GB_NVIDIA_GPU, nvidia->gpu},
		{GB_FACT_VALUE, GB_NVIDIA_REQUIRE_CUDA, nvidia->require_cuda},
		{GB_FACT_VALUE, GB_CUDA_VERSION, nvidia->cuda_version},
	};

	report->evidence = gb_arena_alloc(&result->arena, sizeof(facts), err);
	if (!report->evidence)
		return err->code;
	memcpy(report->evidence, facts, sizeof(facts));
	report->evidence_count = gb_evidence_keep(report->evidence, GB_ARRAY_LEN(facts),
						  &result->arena, &report->findings, err);
	return err->code;
}

/* From an environment to what the report says of it. */
static enum gpubadge_code read_environment(struct gpubadge_result *result,
					   struct gpubadge_report *report,
					   struct gpubadge_error *err)
{
	if (gb_nvidia_read(&report->environment, &result->limits, &result->arena, &report->findings,
			   &report->nvidia, err) ||
	    weigh_evidence(result, report, err) ||
	    gb_read_requirements(report, &result->limits, &result->arena, err))
		return err->code;
	result->count++;
	return GPUBADGE_OK;
}

/* From an image to its report. */
static enum gpubadge_code judge(const struct run *run, const struct gb_images *images, size_t index,
				struct gpubadge_error *err)
{
	struct gpubadge_result *result = run->result;
	struct gpubadge_report *report = &result->reports[index];
	const struct gb_image *image = &images->items[index];

	report->location = run->location.path;
	report->compression = run->compression;
	report->transport = images->transport;
	report->image = *image;
	report->environment = (struct gb_environment){image->environment, image->environment_count};
	report->findings = image->findings;
	return read_environment(result, report, err);
}

static enum gpubadge_code report_all(const struct run *run, const struct gb_selection *selection,
				     struct gpubadge_error *err)
{
	struct gpubadge_result *result = run->result;
	struct gb_images images;

	if (gb_images_find(result->store, selection, &result->limits, &result->arena, &images, err))
		return err->code;
	result->reports = gb_arena_alloc(&result->arena, images.count * sizeof(*result->reports),
					 err);
	for (size_t i = 0; result->reports && i < images.count; i++)
		if (judge(run, &images, i, err))
			return err->code;
	return err->code;
}

static enum gpubadge_code open_archive(struct run *run, int fd, struct gpubadge_error *err)
{
	struct gpubadge_result *result = run->result;
	GB_CLEANUP(gb_source_closep) struct gb_source *source = NULL;

	if ((run->copy ? gb_source_open_copy(run->copy, &result->limits, &source, err)
		       : gb_source_open_fd(fd, &result->limits, &source, err)) ||
	    gb_store_open_tar(source, &result->limits, &result->store, err))
		return err->code;
	if (gb_source_compression(source))
		run->compression = gb_arena_copy(&result->arena,
						 gb_span_of(gb_source_compression(source)), err);
	return err->code;
}

static enum gpubadge_code check_kind(const struct gb_location *location, bool is_directory,
				     struct gpubadge_error *err)
{
	switch (location->transport) {
	case GB_TRANSPORT_OCI:
	case GB_TRANSPORT_DIR:
		if (!is_directory)
			return gb_error_set(err, GPUBADGE_E_USAGE,
					    "is a file, not a directory; for an archive write "
					    "oci-archive: or docker-archive:");
		break;
	case GB_TRANSPORT_OCI_ARCHIVE:
	case GB_TRANSPORT_DOCKER_ARCHIVE:
		if (is_directory)
			return gb_error_set(err, GPUBADGE_E_USAGE,
					    "is a directory, not an archive; for a directory write "
					    "oci: or dir:");
		break;
	case GB_TRANSPORT_ANY:
		break;
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code read_opened(struct run *run, int fd, bool is_directory,
				      const struct gpubadge_options *options,
				      struct gpubadge_error *err)
{
	struct gpubadge_result *result = run->result;
	const struct gb_selection selection = {
		.transport = run->location.transport,
		.reference = options->reference ? options->reference : run->location.reference,
		.platform = options->platform,
		.directory = is_directory,
	};

	if (check_kind(&run->location, is_directory, err))
		return err->code;
	if (options->reference && run->location.reference)
		return gb_error_set(
			err, GPUBADGE_E_USAGE,
			"names the image \"%s\" and --ref names \"%s\": use one of them",
			run->location.reference, options->reference);
	if (is_directory ? gb_store_open_directory(fd, &result->limits, &result->store, err)
			 : open_archive(run, fd, err))
		return err->code;
	return report_all(run, &selection, err);
}

/* Reads the opened input; FD stays the caller's. A pipe is emptied also on failure: behind
 * "docker save | tee >(gpubadge -) | upload" a broken pipe would end the upload. */
static enum gpubadge_code inspect_opened(struct run *run, int fd, bool is_directory,
					 const struct gpubadge_options *options,
					 struct gpubadge_error *err)
{
	if (read_opened(run, fd, is_directory, options, err) && !is_directory && !run->copy)
		gb_source_discard(fd);
	return err->code;
}

static struct gpubadge_result *new_result(const struct gpubadge_options *options,
					  struct gpubadge_error *err)
{
	struct gpubadge_result *result = calloc(1, sizeof(*result));

	if (!result) {
		gb_error_set_nomem(err);
		return NULL;
	}
	result->limits = gb_limits_merge(options->limits);
	gb_arena_init(&result->arena, result->limits.result_bytes);
	return result;
}

static struct gpubadge_options merge_options(const struct gpubadge_options *caller)
{
	struct gpubadge_options options = {.size = sizeof(options)};

	if (caller)
		memcpy(&options, caller,
		       caller->size < sizeof(options) ? caller->size : sizeof(options));
	return options;
}

static enum gpubadge_code inspect_path(struct run *run, const char *image,
				       const struct gpubadge_options *options,
				       struct gpubadge_error *err)
{
	struct gb_arena *arena = &run->result->arena;
	bool is_directory;
	const char *path;
	int fd;

	if (gb_location_parse(image, arena, &run->location, err))
		return gb_error_wrap(err, "%s", image);
	path = gb_arena_copy(arena, gb_span_of(run->location.path), err);
	if (!path)
		return err->code;
	run->location.path = path;
	if (gb_location_open(&run->location, &fd, &is_directory, err))
		return gb_error_wrap(err, "%s", path);
	if (inspect_opened(run, fd, is_directory, options, err))
		gb_error_wrap(err, "%s", path);
	close(fd);
	return err->code;
}

/* Hands the result, or the error where the caller wants it, over. */
static enum gpubadge_code finish(struct run *run, const struct gpubadge_error *own,
				 struct gpubadge_result **ret_result, struct gpubadge_error *err)
{
	if (err)
		*err = *own;
	if (own->code)
		gpubadge_result_free(run->result);
	else
		*ret_result = run->result;
	return own->code;
}

enum gpubadge_code gpubadge_inspect(const char *image, const struct gpubadge_options *options,
				    struct gpubadge_result **ret_result, struct gpubadge_error *err)
{
	const struct gpubadge_options merged = merge_options(options);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct run run = {.result = new_result(&merged, &own)};

	if (run.result && merged.copy)
		gb_error_set(&own, GPUBADGE_E_USAGE,
			     "%s: a copy is made of a descriptor; use gpubadge_inspect_fd()",
			     image);
	else if (run.result)
		inspect_path(&run, image, &merged, &own);
	return finish(&run, &own, ret_result, err);
}

static struct gpubadge_copy merge_copy(const struct gpubadge_copy *caller)
{
	struct gpubadge_copy copy = {.size = sizeof(copy)};

	memcpy(&copy, caller, caller->size < sizeof(copy) ? caller->size : sizeof(copy));
	return copy;
}

/* ERR becomes REST, which ended the copy, in front of what it already says. */
static void add_error(struct gpubadge_error *err, const struct gpubadge_error *rest)
{
	if (!err->code) {
		*err = *rest;
		return;
	}
	gb_error_wrap(err, "%s; before that", rest->text);
	err->code = rest->code;
	err->sys_errno = rest->sys_errno;
}

/* Passes on what the inspection, which ended with ERR, left of the input NAME. That the copy failed
 * is what its caller has to know first. */
static void pass_on(const struct run *run, const struct gpubadge_copy *wanted, const char *name,
		    struct gpubadge_error *err)
{
	struct gpubadge_error rest = {.code = GPUBADGE_OK};

	if (gb_copy_failure(run->copy)) {
		*err = *gb_copy_failure(run->copy);
		return;
	}
	if (err->code && wanted->stop_on_failure)
		return;
	if (!gb_copy_rest(run->copy, &rest))
		return;
	if (!gb_copy_failure(run->copy))
		gb_error_wrap(&rest, "%s", name);
	add_error(err, &rest);
}

static enum gpubadge_code inspect_fd(struct run *run, int fd, const char *name,
				     const struct gpubadge_options *options,
				     struct gpubadge_error *err)
{
	struct gpubadge_copy wanted = {.size = 0};
	bool is_directory;

	if (gb_location_check(fd, &is_directory, err))
		return gb_error_wrap(err, "%s", name);
	if (options->copy) {
		wanted = merge_copy(options->copy);
		if (gb_copy_new(fd, wanted.fd, wanted.name, &run->copy, err))
			return err->code;
	}
	run->location.path = gb_arena_copy(&run->result->arena, gb_span_of(name), err);
	if (run->location.path && inspect_opened(run, fd, false, options, err))
		gb_error_wrap(err, "%s", name);
	if (run->copy)
		pass_on(run, &wanted, name, err);
	gb_copy_free(run->copy);
	return err->code;
}

enum gpubadge_code gpubadge_inspect_fd(int fd, const char *name,
				       const struct gpubadge_options *options,
				       struct gpubadge_result **ret_result,
				       struct gpubadge_error *err)
{
	const struct gpubadge_options merged = merge_options(options);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct run run = {.result = new_result(&merged, &own)};

	if (run.result)
		inspect_fd(&run, fd, name, &merged, &own);
	return finish(&run, &own, ret_result, err);
}

/* A result whose one report is on the environment ENTRY. */
static enum gpubadge_code report_entry(struct gpubadge_result *result, struct gb_span entry,
				       struct gpubadge_error *err)
{
	struct gb_span *entries = gb_arena_alloc(&result->arena, sizeof(*entries), err);
	const char *copy = entries ? gb_arena_copy(&result->arena, entry, err) : NULL;

	if (copy)
		result->reports = gb_arena_alloc(&result->arena, sizeof(*result->reports), err);
	if (!copy || !result->reports)
		return err->code;
	*entries = gb_span_of(copy);
	result->reports->environment = (struct gb_environment){entries, 1};
	return read_environment(result, result->reports, err);
}

enum gpubadge_code gpubadge_inspect_expression(const char *expression,
					       const struct gpubadge_options *options,
					       struct gpubadge_result **ret_result,
					       struct gpubadge_error *err)
{
	const struct gpubadge_options merged = merge_options(options);
	struct gb_bytes entry = gb_bytes_init(SIZE_MAX / 2);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct run run = {.result = new_result(&merged, &own)};

	gb_bytes_text(&entry, GB_NVIDIA_REQUIRE_CUDA "=");
	gb_bytes_text(&entry, expression);
	if (run.result && !gb_bytes_check(&entry, &own))
		report_entry(run.result, gb_bytes_span(&entry), &own);
	gb_bytes_done(&entry);
	return finish(&run, &own, ret_result, err);
}
