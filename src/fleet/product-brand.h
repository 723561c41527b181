/* SPDX-License-Identifier: Apache-2.0 */

/* Brands by product, generated from product-brands.json. No label and no nvidia-smi query tells
 * the brand that NVML reports, and the product name is a poor guide ("Tesla T4" is brand
 * NVIDIA): only what published outputs of nvidia-smi show is in the table. */
#ifndef GB_FLEET_PRODUCT_BRAND_H
#define GB_FLEET_PRODUCT_BRAND_H

#include "base/gb-span.h"

struct gb_product_brand {
	const char *product; /* "A100-SXM4-40GB": without "NVIDIA", lower case, blanks as "-" */
	const char *brand;   /* "nvidia": the word that requirements use */
	const char *source;
};

extern const struct gb_product_brand gb_product_brands[];
extern const size_t gb_product_brand_count;

/* The brand of PRODUCT as NVML or GPU Feature Discovery write its name, also of a MIG slice or
 * a shared GPU of it; absent if the table does not know. */
struct gb_span gb_product_brand_find(struct gb_span product);

#endif
