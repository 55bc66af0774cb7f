# What Strikeline takes from Debian, and how it is installed. Sourced by ./strikeline and ./test (bash).
# One row per package: its name, a file that proves it is there (a glob, so that the check costs no process), what for.

run_packages=(
  'libsodium23|/usr/lib/*/libsodium.so.23|fast signatures (the managed path is used without it)'
  'libsecp256k1-1|/usr/lib/*/libsecp256k1.so.[0-9]|fast signatures of Polymarket orders (the managed path is used without it)'
  'libsecp256k1-2|/usr/lib/*/libsecp256k1.so.[0-9]|the same, as Debian 13 names it'
)

test_packages=(
  "${run_packages[@]}"
  'chromium|/usr/bin/chromium|the tests of the terminal in a browser'
  'redis-server|/usr/bin/redis-server|the tests of the hot cache'
  'postgresql|/usr/lib/postgresql/*/bin/postgres|the tests of the store in PostgreSQL'
  'prometheus|/usr/bin/promtool|the check of the metrics text'
  'fonts-dejavu-core|/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf|text in the browser tests'
  'strace|/usr/bin/strace|the tests that watch system calls'
  'python3-websockets|/usr/lib/python3/dist-packages/websockets/__init__.py|the tests of the Python recipe'
  'python3-cryptography|/usr/lib/python3/dist-packages/cryptography/__init__.py|the tests of the Python recipe'
)

# missing_packages ROW… prints the rows whose proof is absent.
missing_packages() {
  local row proof
  for row in "$@"; do
    proof=${row#*|}
    proof=${proof%%|*}
    compgen -G "$proof" > /dev/null || printf '%s\n' "$row"
  done
}

# known_packages NAME… prints the names that this release of Debian knows: one stranger fails a whole installation.
known_packages() {
  local name
  for name in "$@"; do
    ! apt-cache show "$name" > /dev/null 2>&1 || printf '%s\n' "$name"
  done
}

# install_packages LOG NAME… installs as root; returns 1 where that is not possible here, and leaves the words in LOG.
install_packages() {
  local log=$1 names
  shift
  if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    return 1
  fi
  # RUNLEVEL=1 keeps package scripts from starting services.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  local apt=(apt-get -y -q -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2)
  {
    names=$(known_packages "$@")
    # shellcheck disable=SC2086
    [ -n "$names" ] && "${apt[@]}" install --no-install-recommends $names ||
      { "${apt[@]}" update; "${apt[@]}" install --no-install-recommends $(known_packages "$@"); }
  } > "$log" 2>&1 < /dev/null
}

# sdk_or_explain NAME says where the SDK is missing, and fails; without npm the build leaves the web terminal out.
sdk_or_explain() {
  if ! command -v dotnet > /dev/null; then
    echo "$1: the .NET 10 SDK is not on the PATH: install it (https://dotnet.microsoft.com/download/dotnet/10.0)" >&2
    return 1
  fi
  if ! command -v npm > /dev/null; then
    echo "$1: npm is not on the PATH, so the web terminal is left out: install Node 20 (https://nodejs.org)" >&2
    export SkipTerminal=true
  fi
}

# packages_refused LOG: whether a build failed only because npm could not install the terminal's packages.
packages_refused() {
  grep -q -E 'error (TERM001|MSB3073: The command "npm ci)' "$1"
}

# quiet_dotnet sets what every call of the SDK here wants: no banner, no telemetry, no dependency on ICU.
quiet_dotnet() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
}

# find_runtime lets the built program find a runtime that lies beside a `dotnet` outside the usual places.
find_runtime() {
  if [ -z "${DOTNET_ROOT:-}" ] && command -v dotnet > /dev/null; then
    local dotnet
    dotnet=$(readlink -f "$(command -v dotnet)")
    export DOTNET_ROOT=${dotnet%/*}
  fi
}
