# SPDX-License-Identifier: ISC
# mp.m4 - the checks of mp-utils itself, one macro per area.

# Functions and headers that only some systems have. Each use in the code
# stands behind its HAVE_ name.
AC_DEFUN([MP_FUNCS], [
  AC_CHECK_HEADERS([sys/epoll.h sys/inotify.h sys/prctl.h sys/signalfd.h])
  AC_CHECK_FUNCS([clone close_range fallocate mallopt memfd_create \
    sched_getaffinity splice])
  AC_SEARCH_LIBS([sqrt], [m], [], [AC_MSG_ERROR([no math library])])
  MP_LIBM=$LIBS
  LIBS=
  AC_SUBST([MP_LIBM])
])

# --with-signalfd: signals as events from the kernel, or from a self-pipe.
AC_DEFUN([MP_SIGNALFD], [
  AC_ARG_WITH([signalfd],
    [AS_HELP_STRING([--with-signalfd=yes|no],
      [signals by signalfd(2) or by a self-pipe @<:@yes on Linux@:>@])],
    [], [with_signalfd=$ac_cv_header_sys_signalfd_h])
  AS_CASE([$with_signalfd],
    [yes], [AS_IF([test "x$ac_cv_header_sys_signalfd_h" = xyes], [],
        [AC_MSG_ERROR([--with-signalfd: sys/signalfd.h is missing])])
      AC_DEFINE([USE_SIGNALFD], [1], [Define to take signals by signalfd.])],
    [no], [],
    [AC_MSG_ERROR([--with-signalfd takes yes or no])])
])

# --with-check: the unit tests need the Check library.
AC_DEFUN([MP_CHECK], [
  AC_ARG_WITH([check],
    [AS_HELP_STRING([--with-check=yes|no],
      [build the unit tests, which need Check >= 0.12 @<:@yes@:>@])],
    [], [with_check=yes])
  AS_IF([test "x$with_check" = xyes],
    [PKG_CHECK_MODULES([CHECK], [check >= 0.12], [],
      [AC_MSG_ERROR([Check is missing: ./bootstrap --deps installs it;
        --without-check builds without the unit tests])])])
  AM_CONDITIONAL([WITH_CHECK], [test "x$with_check" = xyes])
])

# --with-sqlite: mp-queue keeps its tasks in it. RETURNING came with 3.35.
AC_DEFUN([MP_SQLITE], [
  AC_ARG_WITH([sqlite],
    [AS_HELP_STRING([--with-sqlite=yes|no],
      [build mp-queue, which needs SQLite >= 3.35 @<:@yes@:>@])],
    [], [with_sqlite=yes])
  AS_IF([test "x$with_sqlite" = xyes],
    [PKG_CHECK_MODULES([SQLITE], [sqlite3 >= 3.35], [],
      [AC_MSG_ERROR([SQLite is missing: ./bootstrap --deps installs it;
        --without-sqlite builds without mp-queue])])])
  AM_CONDITIONAL([WITH_SQLITE], [test "x$with_sqlite" = xyes])
])

# Warnings, and --enable-werror to stop at one.
AC_DEFUN([MP_WARNINGS], [
  dnl Contraction would change the sums that the built-in classes print.
  AX_APPEND_COMPILE_FLAGS([-std=c11 -ffp-contract=off], [MP_CFLAGS], [-Werror])
  AX_APPEND_COMPILE_FLAGS([-Wall -Wextra -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
    -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wcast-qual -Wswitch-enum \
    -Wimplicit-fallthrough -Wnull-dereference -Wredundant-decls \
    -Wno-missing-field-initializers],
    [MP_CFLAGS], [-Werror])
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [stop at a compiler warning])],
    [], [enable_werror=no])
  AS_IF([test "x$enable_werror" = xyes],
    [AX_APPEND_FLAG([-Werror], [MP_CFLAGS])])
  AC_SUBST([MP_CFLAGS])
])

# Hardening that the compiler and the linker accept; no -O and no
# _FORTIFY_SOURCE, which are the packager's.
AC_DEFUN([MP_HARDENING], [
  AC_ARG_ENABLE([hardening],
    [AS_HELP_STRING([--disable-hardening],
      [leave out stack protection, RELRO and the like])],
    [], [enable_hardening=yes])
  AX_APPEND_LINK_FLAGS([-Wl,--as-needed], [MP_LDFLAGS])
  AS_IF([test "x$enable_hardening" = xyes], [
    AX_APPEND_COMPILE_FLAGS([-fstack-protector-strong \
      -fstack-clash-protection -fcf-protection], [MP_CFLAGS], [-Werror])
    AX_APPEND_LINK_FLAGS([-Wl,-z,relro -Wl,-z,now], [MP_LDFLAGS])])
  AC_SUBST([MP_LDFLAGS])
])

# --enable-static-programs: a static program starts in half the time.
AC_DEFUN([MP_STATIC_PROGRAMS], [
  AC_ARG_ENABLE([static-programs],
    [AS_HELP_STRING([--enable-static-programs],
      [link mp-pool and mp-timeout statically: they start faster])],
    [], [enable_static_programs=no])
  AS_IF([test "x$enable_static_programs" = xyes], [
    MP_PROG_LDFLAGS=-static
    PKG_CHECK_MODULES_STATIC([LIBBSD_STATIC], [libbsd-overlay])
    LIBBSD_LIBS=$LIBBSD_STATIC_LIBS])
  AC_SUBST([MP_PROG_LDFLAGS])
])

# mp-pool -c FILE: classes from shared objects, which a static program cannot
# load.
AC_DEFUN([MP_CLASS_FILES], [
  class_files=no
  AS_IF([test "x$enable_static_programs" != xyes], [
    AC_SEARCH_LIBS([dlopen], [dl], [class_files=yes
      AC_DEFINE([USE_CLASS_FILES], [1],
        [Define to load task classes from files.])])
    MP_LIBDL=$LIBS
    LIBS=])
  AC_SUBST([MP_LIBDL])
])

# --enable-sanitizers, --enable-coverage, --enable-fuzzing: instrumented
# builds for the tests.
AC_DEFUN([MP_INSTRUMENTATION], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers],
      [build with the address and undefined behaviour sanitizers])],
    [], [enable_sanitizers=no])
  AC_ARG_ENABLE([coverage],
    [AS_HELP_STRING([--enable-coverage], [build for gcov])],
    [], [enable_coverage=no])
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing],
      [build the fuzz targets for libFuzzer (needs clang)])],
    [], [enable_fuzzing=no])
  MP_FUZZ_LDFLAGS=
  AS_IF([test "x$enable_fuzzing" = xyes], [
    AX_CHECK_COMPILE_FLAG([-fsanitize=fuzzer-no-link],
      [MP_CFLAGS="$MP_CFLAGS -fsanitize=fuzzer-no-link"],
      [AC_MSG_ERROR([--enable-fuzzing: $CC has no libFuzzer])], [-Werror])
    MP_FUZZ_LDFLAGS=-fsanitize=fuzzer])
  AS_IF([test "x$enable_sanitizers" = xyes], [
    mp_san="-fsanitize=address,undefined -fno-sanitize-recover=all"
    mp_san="$mp_san -fno-omit-frame-pointer"
    AX_CHECK_LINK_FLAG([$mp_san], [],
      [AC_MSG_ERROR([--enable-sanitizers: $CC cannot link with them])])
    MP_CFLAGS="$MP_CFLAGS $mp_san"
    MP_LDFLAGS="$MP_LDFLAGS $mp_san"])
  AS_IF([test "x$enable_coverage" = xyes], [
    MP_COVERAGE=--coverage
    MP_LDFLAGS="$MP_LDFLAGS --coverage"])
  AC_SUBST([MP_COVERAGE])
  AC_SUBST([MP_FUZZ_LDFLAGS])
  AM_CONDITIONAL([COVERAGE], [test "x$enable_coverage" = xyes])
  AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
])

# Where completions go: below ${datadir}, each directory settable.
AC_DEFUN([MP_COMPLETION_DIRS], [
  AC_ARG_WITH([bash-completion-dir],
    [AS_HELP_STRING([--with-bash-completion-dir=DIR],
      [@<:@DATADIR/bash-completion/completions@:>@])],
    [], [with_bash_completion_dir='${datadir}/bash-completion/completions'])
  AC_ARG_WITH([zsh-completion-dir],
    [AS_HELP_STRING([--with-zsh-completion-dir=DIR],
      [@<:@DATADIR/zsh/site-functions@:>@])],
    [], [with_zsh_completion_dir='${datadir}/zsh/site-functions'])
  AC_ARG_WITH([fish-completion-dir],
    [AS_HELP_STRING([--with-fish-completion-dir=DIR],
      [@<:@DATADIR/fish/vendor_completions.d@:>@])],
    [], [with_fish_completion_dir='${datadir}/fish/vendor_completions.d'])
  AC_SUBST([bashcompdir], [$with_bash_completion_dir])
  AC_SUBST([zshcompdir], [$with_zsh_completion_dir])
  AC_SUBST([fishcompdir], [$with_fish_completion_dir])
])

# What configure decided, for the person who ran it.
AC_DEFUN([MP_SUMMARY], [
  AC_MSG_NOTICE([
  $PACKAGE_STRING
    prefix            $prefix
    compiler          $CC $CFLAGS
    signalfd          $with_signalfd
    unit tests        $with_check
    mp-queue          $with_sqlite
    hardening         $enable_hardening
    static programs   $enable_static_programs
    class files       $class_files
    sanitizers        $enable_sanitizers
    coverage          $enable_coverage
    fuzzing           $enable_fuzzing
  ])
])
