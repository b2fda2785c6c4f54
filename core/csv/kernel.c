/* kernel.c - which implementation of the kernels runs. */
#include "csv/kernel_priv.h"

#include <stdlib.h>
#include <string.h>

const struct kernel_ops *const kernel_all[] = {
#if defined(__x86_64__)
	&kernel_avx512,
	&kernel_avx2,
#endif
	&kernel_plain,
	NULL,
};

const struct kernel_ops *kernel_best(void)
{
	const char *name = getenv("MUSTER_SIMD");
	size_t first = 0;

	for (size_t i = 0; name && kernel_all[i]; i++) {
		if (!strcmp(kernel_all[i]->name, name))
			first = i;
	}
	while (!kernel_all[first]->supported())
		first++;
	return kernel_all[first];
}
