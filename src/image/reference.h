/* SPDX-License-Identifier: Apache-2.0 */

/* Image names as people and producers write them. */
#ifndef GB_IMAGE_REFERENCE_H
#define GB_IMAGE_REFERENCE_H

#include "base/gb-attr.h"
#include "base/gb-error.h"
#include "base/gb-span.h"

/* Does the reference WANTED mean the image called NAME? They are compared as written (NAME may
 * be an OCI ref.name, which is often a tag alone), and then with Docker's defaults filled in
 * (docker.io/, library/, :latest), so that "ubuntu" means "docker.io/library/ubuntu:latest". */
bool gb_reference_matches(struct gb_span wanted, struct gb_span name);

/* The N of "@N", as containers/image numbers the images of an archive, from 0. */
bool gb_reference_is_position(struct gb_span reference, uint64_t *ret_position);

/* Longer names exist nowhere: the distribution specification stops at 255 for a repository
 * and 128 for a tag. */
#define GB_REFERENCE_BYTES 1024

/* NAME as Docker completes it: "ubuntu" is "docker.io/library/ubuntu:latest". False if it is too
 * long to be one. */
bool gb_reference_complete(struct gb_span name, char out[GB_REFERENCE_BYTES]);

#endif
