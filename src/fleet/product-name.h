/* SPDX-License-Identifier: Apache-2.0 */

/* Names of GPUs as different tools write them: NVML "NVIDIA A100-SXM4-40GB", GPU Feature
 * Discovery "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb-SHARED". */
#ifndef GB_FLEET_PRODUCT_NAME_H
#define GB_FLEET_PRODUCT_NAME_H

#include "base/gb-span.h"

/* A label value has at most 63 characters, an NVML name at most 95
 * (NVML_DEVICE_NAME_V2_BUFFER_SIZE). */
#define GB_PRODUCT_NAME_BYTES 128

struct gb_product_name {
	char text[GB_PRODUCT_NAME_BYTES]; /* "a100-sxm4-40gb" */
};

/* The model that PRODUCT names: without "NVIDIA", lower case, blanks as "-", and without what
 * GPU Feature Discovery adds for a shared GPU or a MIG slice. False if PRODUCT is empty, too
 * long, or the mark of an invalid MIG set-up, which names no slice. */
bool gb_product_name_parse(struct gb_span product, struct gb_product_name *ret_name);

/* GPU Feature Discovery's mark of an invalid MIG set-up. */
bool gb_product_name_is_invalid_mig(struct gb_span product);

#endif
