/* SPDX-License-Identifier: Apache-2.0 */

/* The pipeline, and the only place that knows its order: source, store, images, environment,
 * evidence, requirement, report. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static enum gpubadge_code name_flaw(struct gpubadge_result *result, struct gpubadge_report *report,
				    const char *variable, const struct gb_requirement *requirement,
				    struct gpubadge_error *err)
{
	const struct gb_condition *flaw = gb_requirement_flaw(requirement);

	if (!flaw)
		return GPUBADGE_OK;
	return gb_findings_add(
		&report->findings, &result->arena, err, GB_FINDING_REQUIREMENT_MALFORMED,
		"%s: \"%.*s\" %s; libnvidia-container refuses to start the container "
		"when it comes to it",
		variable, (int)(flaw->text.len < 60 ? flaw->text.len : 60), flaw->text.ptr,
		gb_flaw_text(flaw->flaw));
}

/* The Go toolkit compares property names exactly and skips unknown ones. */
static enum gpubadge_code name_case(struct gpubadge_result *result, struct gpubadge_report *report,
				    const char *variable, const struct gb_requirement *requirement,
				    struct gpubadge_error *err)
{
	for (size_t i = 0; i < requirement->count; i++) {
		for (size_t j = 0; j < requirement->alternatives[i].count; j++) {
			const struct gb_condition *condition =
				&requirement->alternatives[i].conditions[j];

			if (condition->flaw != GB_FLAW_NONE ||
			    gb_span_starts(condition->text, gb_property_name(condition->property)))
				continue;
			return gb_findings_add(
				&report->findings, &result->arena, err, GB_FINDING_REQUIREMENT_CASE,
				"%s: \"%.*s\" has a property in capital letters: "
				"libnvidia-container honours it, NVIDIA's Go toolkit "
				"(CSV mode) skips it",
				variable,
				(int)(condition->text.len < 60 ? condition->text.len : 60),
				condition->text.ptr);
		}
	}
	return GPUBADGE_OK;
}

/* One requirement from text to tree and floor. */
static enum gpubadge_code read_requirement(struct gpubadge_result *result,
					   struct gpubadge_report *report,
					   const struct gb_stated *stated,
					   struct gb_requirement *ret_requirement,
					   struct gb_floor *ret_floor, struct gpubadge_error *err)
{
	if (gb_requirement_parse(stated->expression, &result->limits, &result->arena,
				 ret_requirement, err))
		return gb_error_wrap(err, "config.Env: %s", stated->variable);
	if (name_flaw(result, report, stated->variable, ret_requirement, err) ||
	    name_case(result, report, stated->variable, ret_requirement, err))
		return err->code;
	return gb_floor_of(ret_requirement, stated->variable, &result->arena, &report->findings,
			   ret_floor, err);
}

static enum gpubadge_code read_requirements(struct gpubadge_result *result,
					    struct gpubadge_report *report,
					    struct gpubadge_error *err)
{
	const struct gb_nvidia_environment *nvidia = &report->nvidia;

	report->floor.always_met = true;
	if (nvidia->cuda.variable && read_requirement(result, report, &nvidia->cuda,
						      &report->requirement, &report->floor, err))
		return err->code;
	report->conditions = gb_arena_alloc(
		&result->arena, (nvidia->condition_count + 1) * sizeof(*report->conditions), err);
	if (!report->conditions)
		return err->code;
	for (size_t i = 0; i < nvidia->condition_count; i++) {
		struct gb_report_condition *condition = &report->conditions[i];
		struct gb_floor floor;

		condition->stated = nvidia->conditions[i];
		if (read_requirement(result, report, &condition->stated, &condition->requirement,
				     &floor, err))
			return err->code;
		gb_floor_narrow(&report->floor, &floor);
		report->condition_count++;
	}
	/* No driver is good enough for what nobody can read. */
	if (gb_report_is_undetermined(report))
		report->floor = (struct gb_floor){.always_met = false};
	return GPUBADGE_OK;
}

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
	if (gb_nvidia_read(&report->environment, &result->limits, &result->arena, &report->findings,
			   &report->nvidia, err) ||
	    weigh_evidence(result, report, err) || read_requirements(result, report, err))
		return err->code;
	result->count++;
	return GPUBADGE_OK;
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
