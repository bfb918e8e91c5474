#!/bin/sh
# install.sh ROOT -- lay the guests on the node whose root is at ROOT; remove
# them on SIGTERM. Runs in the installer's container, where /husk is what the
# build made: guests/NAME/FILE, config/SHIM/FILE and containerd/VERSION/FILE.
#
# A file is complete or absent: it is copied beside its place and then renamed.
# What goes over Kata's configuration of a shim is passed over where Kata has not
# installed one. What stands in its place is laid with the guests, and so are the
# files for containerd, which whoever runs the node imports.
set -eu

root=${1:-}
guests=$root@PREFIX@
kata=$root/opt/kata/share/defaults/kata-containers

put()
{
	mkdir -p "${2%/*}"
	cp "$1" "$2.new"
	chmod 644 "$2.new"
	sync
	mv "$2.new" "$2"
}

# The folder of config.d for the shim $1: runtime-rs has a tree of its own.
config_d()
{
	case $1 in
	*-runtime-rs) echo "$kata/runtime-rs/runtimes/$1" ;;
	*) echo "$kata/runtimes/$1" ;;
	esac
}

each_config()
{
	for dir in /husk/config/*; do
		shim=${dir##*/}
		to=$(config_d "$shim")
		[ -f "$dir/50-husk.toml" ] || continue
		if [ -d "$to" ]; then
			"$1" "$dir/50-husk.toml" "$to/config.d/50-husk.toml"
			echo "$1 $shim"
		else
			echo "$shim: Kata has no configuration for it here"
		fi
	done
}

install()
{
	put "$1" "$2"
}

remove()
{
	rm -f "$2"
}

finish()
{
	# Configuration first: it names files that go after it.
	each_config remove
	rm -rf "$guests"
	exit 0
}

trap finish TERM INT
for f in /husk/guests/*/*; do
	put "$f" "$guests/${f#/husk/guests/}"
done
for f in /husk/config/*/configuration-*.toml /husk/containerd/*/*.toml; do
	[ ! -f "$f" ] || put "$f" "$guests/${f#/husk/}"
done
each_config install
: >/run/installed
echo 'the guests are in place'
while :; do
	sleep 3600 &
	wait $! || :
done
