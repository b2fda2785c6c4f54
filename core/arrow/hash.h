/* hash.h - do two files hold the same bytes? */
#ifndef MUSTER_HASH_H
#define MUSTER_HASH_H

#include "base/base.h"

/*
 * XXH3 of 128 bits, as hexadecimal digits: of the hashes of each 16 MiB, so that several threads can work. Good for telling
 * that a file has changed; nothing that keeps a forger out. ERR_IO when the path is no plain file that can be read, or
 * changes meanwhile.
 */
enum { HASH_TEXT = 33 };
int hash_file(const char *path, char text[HASH_TEXT], struct err *e);

#endif
