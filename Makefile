# muster. Targets: all deps demo pages check bench bench-load bench-query fuzz install clean.
# Knobs: CC= O= SAN=address,undefined|thread V=1 DEV=1 PREFIX= DESTDIR= T='t/t1*' J=2 (config.mak sets them for good)
.DELETE_ON_ERROR:
.SUFFIXES:
# as many jobs as processors, unless -j says how many
JOBS := $(if $(findstring -j,$(MAKEFLAGS)),,-j$(or $(shell nproc 2>/dev/null),1))
MAKEFLAGS += --no-builtin-rules $(JOBS)

# == settings =================================================================================
CC         = gcc
O          = -O2 -g
SAN        =
PREFIX     = /usr/local
INSTALL    = install
PKG_CONFIG = pkg-config
LUA        = lua5.4
FUZZ_TIME  = 60
J          = 2
-include config.mak

# == nothing to change below ==================================================================
comma := ,
space := $(subst ,, )
# plain in build/, sanitized in build/san-NAME/, side by side
B := build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))
Q := $(if $(V),,@)

# Lowest first: a folder includes only itself and folders before it (make check-layers).
LAYERS := base table stats mcmc csv arrow expr query claims model plot bind cli
LIB_LAYERS := $(filter-out bind cli,$(LAYERS))

WARN := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes $(if $(DEV),-Werror)
# Recursive on purpose: pkg-config is asked when a recipe runs, which is after `deps` in `make deps demo`.
PC_CFLAGS = $(shell $(PKG_CONFIG) --cflags-only-I lua5.4 gsl zlib libzstd liblz4 libxxhash readline)
LIB_LIBS  = -lcsv $(shell $(PKG_CONFIG) --libs gsl zlib libzstd liblz4 libxxhash) -lpthread
CLI_LIBS  = $(shell $(PKG_CONFIG) --libs lua5.4 readline)
# no -ffast-math and no contraction: results repeat to the bit
override CFLAGS += -std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -Icore $(O) $(WARN) -fPIC -fvisibility=hidden \
	-ffp-contract=off $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
override LDFLAGS += $(if $(SAN),-fsanitize=$(SAN))

LIB_SRC  := $(foreach l,$(LIB_LAYERS),$(wildcard core/$l/*.c))
BIND_SRC := $(wildcard core/bind/*.c)
CLI_SRC  := $(wildcard core/cli/*.c)
LUA_SRC  := $(sort $(shell find lua/muster -name '*.lua'))
T_SRC    := $(wildcard t/t[0-9]*.c)
obj = $(patsubst %.c,$(B)/%.o,$1)
LIB_OBJ  := $(call obj,$(LIB_SRC))
BIND_OBJ := $(call obj,$(BIND_SRC)) $(B)/embedded.o $(B)/prefix.o
CLI_OBJ  := $(call obj,$(CLI_SRC))
T_BIN    := $(patsubst t/%.c,$(B)/t/%,$(T_SRC))

all: $(B)/muster $(B)/libmuster.a $(B)/muster.so

# With `deps` among the goals everything that compiles waits for it, also under -j.
AFTER_DEPS := $(filter deps,$(MAKECMDGOALS))

# The stamp changes only when compiler or flags do; every object hangs on it.
$(B)/flags: FORCE | $(AFTER_DEPS)
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS) $(PC_CFLAGS) $(LDFLAGS) $(LIB_LIBS) $(CLI_LIBS)' | cmp -s - $@ || \
		echo '$(CC) $(CFLAGS) $(PC_CFLAGS) $(LDFLAGS) $(LIB_LIBS) $(CLI_LIBS)' > $@

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC      $<")
	$(Q)$(CC) $(CFLAGS) $(PC_CFLAGS) -MMD -MP -c -o $@ $<

# The Lua files travel inside the program; the list itself is a prerequisite, so a deleted file rebuilds it.
$(B)/embedded.list: FORCE
	@mkdir -p $(@D)
	@echo '$(LUA_SRC)' | cmp -s - $@ || echo '$(LUA_SRC)' > $@
$(B)/embedded.c: core/bind/embed.lua $(B)/embedded.list $(LUA_SRC) | $(AFTER_DEPS)
	$(if $(Q),@echo "  EMBED   $@")
	$(Q)$(LUA) core/bind/embed.lua $@ $(LUA_SRC)
# PREFIX in a file of its own, so that another one rebuilds only this.
$(B)/prefix.c: FORCE | $(AFTER_DEPS)
	@mkdir -p $(@D)
	@printf '%s\n' '#include "bind/bind.h"' 'const char bind_prefix[] = "$(PREFIX)";' > $@.new
	@cmp -s $@.new $@ || cp $@.new $@
$(B)/prefix.o $(B)/embedded.o: $(B)/%.o: $(B)/%.c $(B)/flags
	$(Q)$(CC) $(CFLAGS) $(PC_CFLAGS) -MMD -MP -c -o $@ $<

# The layers below Lua, for the program and the tests.
$(B)/layers.a: $(LIB_OBJ)
	$(if $(Q),@echo "  AR      $@")
	$(Q)rm -f $@ && ar rcs $@ $^
# The same for C programs of others, where every name begins with muster_: renamed in the archive, and by macro in
# muster_names.h, which muster.h includes (names with a dot are the compiler's own).
$(B)/names: $(B)/layers.a
	$(Q)nm -g --defined-only $< 2>/dev/null | awk 'NF == 3 && $$3 !~ /^_/ { print $$3 " muster_" $$3 }' | sort > $@
$(B)/include/muster_names.h: $(B)/names
	@mkdir -p $(@D)
	$(Q)sed '/\..* /d; s/^/#define /' $< > $@
$(B)/libmuster.a: $(B)/layers.a $(B)/names $(B)/include/muster_names.h
	$(if $(Q),@echo "  AR      $@")
	$(Q)cp $< $@ && objcopy --redefine-syms=$(B)/names $@
# A stock lua5.4 brings its own liblua, so the module links none.
$(B)/muster.so: $(LIB_OBJ) $(BIND_OBJ)
	$(if $(Q),@echo "  LINK    $@")
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^ $(LIB_LIBS)
$(B)/muster: $(CLI_OBJ) $(BIND_OBJ) $(B)/layers.a
	$(if $(Q),@echo "  LINK    $@")
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) $(CLI_LIBS)

# == what the project needs ===================================================================
# package = how to see that it is there
DEPS := gcc=command:gcc pkg-config=command:pkg-config perl=command:prove lua5.4=command:lua5.4 \
	liblua5.4-dev=pc:lua5.4 libgsl-dev=pc:gsl libreadline-dev=pc:readline libcsv-dev=header:csv.h \
	zlib1g-dev=pc:zlib libzstd-dev=pc:libzstd liblz4-dev=pc:liblz4 libxxhash-dev=pc:libxxhash \
	gnuplot-nox=command:gnuplot \
	fonts-dejavu-core=file:/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf lua-unit=lua:luaunit
deps:
	@sh .ci/deps $(DEPS)

# == use ======================================================================================
demo: all
	@$(B)/muster run scripts/dprk/demo.lua build/demo

PUBLIC := $(LIB_LAYERS:%=core/%)
install: all
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/lua/5.4 $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(addprefix $(DESTDIR)$(PREFIX)/share/muster/,dprk reference types) \
		$(PUBLIC:core/%=$(DESTDIR)$(PREFIX)/include/muster/%)
	$(INSTALL) $(B)/muster $(DESTDIR)$(PREFIX)/bin/muster
	$(INSTALL) -m 644 $(B)/libmuster.a $(DESTDIR)$(PREFIX)/lib/libmuster.a
	$(INSTALL) -m 644 core/muster.h $(B)/include/muster_names.h $(DESTDIR)$(PREFIX)/include/muster
	for h in $(filter-out %_priv.h,$(wildcard $(PUBLIC:=/*.h))); do \
		$(INSTALL) -m 644 $$h $(DESTDIR)$(PREFIX)/include/muster/$${h#core/}; done
	$(INSTALL) $(B)/muster.so $(DESTDIR)$(PREFIX)/lib/lua/5.4/muster.so
	$(INSTALL) -m 644 docs/muster.1 $(DESTDIR)$(PREFIX)/share/man/man1/muster.1
	$(INSTALL) -m 644 datasets/dprk/* $(DESTDIR)$(PREFIX)/share/muster/dprk
	$(INSTALL) -m 644 datasets/reference/* $(DESTDIR)$(PREFIX)/share/muster/reference
	$(INSTALL) -m 644 lua/types/muster.lua $(DESTDIR)$(PREFIX)/share/muster/types

# What is made from the lists of functions and is in the repository all the same, to be read there; t9010 says when it is out of date.
pages: all
	$(B)/muster -e 'return require("muster.base.pages").functions()' > $(B)/functions.md
	$(B)/muster -e 'return require("muster.base.cats").text()' > $(B)/types.lua
	@mkdir -p lua/types
	cp $(B)/functions.md docs/manual/functions.md
	cp $(B)/types.lua lua/types/muster.lua

clean:
	rm -rf build

# == tests ====================================================================================
# A test of the bindings has the Lua files in it, the others only the library.
T_BIND := $(if $(T_SRC),$(shell grep -l '"bind/bind.h"' $(T_SRC)))
$(T_BIND:t/%.c=$(B)/t/%): $(BIND_OBJ)
$(B)/t/%: t/%.c $(B)/layers.a $(B)/flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC      $<")
	$(Q)$(CC) $(CFLAGS) $(PC_CFLAGS) -It -MMD -MP -MF $@.d -MT $@ $(LDFLAGS) -o $@ $< $(filter %.o,$^) $(B)/layers.a \
		$(LIB_LIBS) $(if $(filter %.o,$^),$(CLI_LIBS))

# T chooses files by pattern: make test T='t/t1*'; J run at a time: as many as there are processors, one with V=1
T = t/t[0-9]*
J = $(if $(V),1,$(or $(shell nproc 2>/dev/null),1))
TESTS := $(sort $(filter %.c %.lua %.sh,$(wildcard $(T:=.c) $(T:=.lua) $(T:=.sh) $(T))))
test: all $(patsubst t/%.c,$(B)/t/%,$(filter %.c,$(TESTS)))
	@$(if $(TESTS),,echo "no test is named $(T)" >&2; exit 1)
	@MUSTER_BUILD=$(B) prove $(if $(V),-v) -j$(J) --exec t/run $(TESTS)
check: check-layers check-headers test

# No file may include a folder of a later layer, and only bind and cli know Lua.
check-layers:
	@sh .ci/layers $(LAYERS)
# Every header compiles alone.
check-headers: $(B)/flags $(B)/include/muster_names.h
	@for h in $$(find core t -name '*.h'); do \
		$(CC) $(CFLAGS) $(PC_CFLAGS) -It -I$(B)/include -Werror -Wno-unused-function -fsyntax-only -x c $$h || exit 1; done

# bench: a minute beside libcsv. bench-load, bench-query: half an hour each beside other programs (knobs: the heads of t/perf/bench-*).
bench: all
	@sh t/perf/run $(B)
bench-load: all
	@sh t/perf/bench-load $(B)
bench-query: all
	@sh t/perf/bench-query $(B)
# a quarter of an hour beside rstan and JAGS
bench-mcmc: all
	@sh t/perf/bench-mcmc $(B)

# Coverage-guided fuzzing of the loader, of what is below it, of the reader of Arrow, of expressions, models and published figures; findings land in build/fuzz.
fuzz: fuzz-load fuzz-input fuzz-arrow fuzz-expr fuzz-phrase fuzz-model fuzz-bind
fuzz-lib:
	@mkdir -p build/fuzz
	$(MAKE) CC=clang O='-g -O1' SAN=fuzzer-no-link,address,undefined B=build/fuzz/lib build/fuzz/lib/layers.a
fuzz-%: t/fuzz/%.c fuzz-lib
	@mkdir -p build/fuzz/corpus-$*
	clang -std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -Icore -It -g -O1 -fsanitize=fuzzer,address,undefined \
				-fno-sanitize-recover=all $(PC_CFLAGS) -o build/fuzz/$* $< build/fuzz/lib/layers.a $(LIB_LIBS)
	build/fuzz/$* $(if $(FUZZ_RUNS),-seed=1 -runs=$(FUZZ_RUNS),-max_total_time=$(FUZZ_TIME)) -max_len=4096 \
		$(addprefix -dict=,$(wildcard t/fuzz/$*.dict)) -artifact_prefix=build/fuzz/ -print_final_stats=1 \
		build/fuzz/corpus-$* $(wildcard t/data)

.PHONY: all deps demo pages install clean test check check-layers check-headers bench bench-load bench-query bench-mcmc fuzz fuzz-lib FORCE
FORCE:
-include $(LIB_OBJ:.o=.d) $(BIND_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(T_BIN:=.d)
