# What to do with expandc. Each target does its own set-up on Debian and Ubuntu, given Swift 6.2+.

PREFIX ?= /usr/local
SWIFT ?= swift

# ONEDNN=PATH builds against PATH/include and PATH/lib, oneDNN 2.6 or later, not the system's.
# The manifest reads the environment, which its cache doesn't know.
ifdef ONEDNN
ifeq ($(wildcard $(ONEDNN)/include/dnnl.h),)
$(error there is no include/dnnl.h in ONEDNN=$(ONEDNN))
endif
export EXPANDC_ONEDNN := $(abspath $(ONEDNN))
SCRATCH = .build-onednn
FLAGS = --scratch-path $(SCRATCH) --manifest-cache none
else
DNNL = /usr/include/dnnl.h:libdnnl-dev
SCRATCH = .build
endif

# A file that shows that a package is there, and the package of Debian that brings it.
BUILD_NEEDS = \
	/usr/bin/pkg-config:pkg-config \
	/usr/include/protobuf-c/protobuf-c.h:libprotobuf-c-dev \
	$(DNNL)
TEST_NEEDS = /usr/share/libonnx-testdata:libonnx-testdata

.PHONY: build test test-exhaustive sanitize check demo install clean setup setup-test
.NOTPARALLEL:

build: setup
	$(SWIFT) build -c release $(FLAGS) --product expandc

test: setup-test
	$(SWIFT) test -c release $(FLAGS) --disable-testable-imports

# Ten times as many random expansions, 30,000: some ten minutes of CPU time beside all other tests.
# EXPANDC_PROBLEMS says another number, here and for `make test`.
test-exhaustive: setup-test
	$(SWIFT) test -c release $(FLAGS) --disable-testable-imports --traits Exhaustive

# Optimized, but with the checks of indices that pointers have in debug builds. Swift has no
# undefined-behaviour sanitizer on Linux: that one is for the C.
SANITIZERS = -Xswiftc -assert-config -Xswiftc Debug --sanitize=address \
	-Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined -Xcc -Wno-pass-failed
sanitize: setup-test
	OMP_WAIT_POLICY=passive \
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leaks.txt:print_suppressions=0 \
	$(SWIFT) test -c release --disable-testable-imports --disable-xctest $(FLAGS) \
	  --scratch-path .build-sanitize $(SANITIZERS) \
	  --filter '^(TensorCore|Kernels|Execution)Tests\.'

check: setup
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift
	$(SWIFT) build -c release $(FLAGS) --build-tests --explicit-target-dependency-import-check error

demo: build
	$(SCRATCH)/release/expandc demo

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(SCRATCH)/release/expandc $(DESTDIR)$(PREFIX)/bin/expandc

clean:
	rm -rf .build .build-onednn .build-sanitize

setup:
	@$(call require,$(BUILD_NEEDS))

setup-test:
	@$(call require,$(BUILD_NEEDS) $(TEST_NEEDS))

# Installs what is missing, saying so in one line; apt's own words are shown only if it fails.
define require
missing=; for need in $(1); do \
  test -e "$${need%%:*}" || missing="$$missing $${need##*:}"; \
done; \
test -n "$$missing" || exit 0; \
if ! command -v apt-get >/dev/null; then \
  echo "Missing, as Debian names them:$$missing. Install these and run make again." >&2; exit 1; \
fi; \
sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
echo "Installing with apt:$$missing"; \
words=$$({ $$sudo apt-get -qq update && $$sudo env DEBIAN_FRONTEND=noninteractive \
  apt-get -qq install -y --no-install-recommends $$missing; } 2>&1) \
  || { echo "$$words" >&2; exit 1; }
endef
