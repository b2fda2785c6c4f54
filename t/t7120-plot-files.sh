# t7120-plot-files.sh - what ends up on disk: the same bytes each time, whole files or none, valid formats.
. "$T/lib.sh"

cat >plot.lua <<'LUA'
local name = ...
local t = muster.table{ day = { muster.date "2024-10-18", muster.date "2024-11-04", muster.date "2025-01-09" },
  n = { 1500, 10000, 11000 }, lo = { 1000, 9000, 10000 }, hi = { 2000, 11000, 12000 }, who = { "a", "b", "a" } }
muster.plot(t, { x = "day", y = "n", colour = "who", low = "lo", high = "hi" }):ribbon():line():point():interval()
  :title "Sent":subtitle "<soldiers> & others":caption "it's a caption":reference{ y = 5000, label = "line" }:save(name)
LUA

for format in svg png pdf txt; do
	muster run plot.lua "one.$format" && sleep 1 && TZ=Asia/Seoul muster run plot.lua "two.$format"
	ok "$format: the same bytes in another process, second and zone" cmp "one.$format" "two.$format"
done
is "$(head -c 4 one.png | od -An -tx1 | tr -d ' ')" 89504e47 "a png is one"
is "$(head -c 5 one.pdf)" "%PDF-" "a pdf is one"
if command -v xmllint >/dev/null; then
	ok "an svg is well-formed XML" xmllint --noout one.svg
else
	skip "no xmllint" "an svg is well-formed XML"
fi
like "$(cat one.svg)" '<title>Sent</title>' "an svg carries its title"
unlike "$(cat one.svg)" 'Sans:Bold' "and names of fonts that browsers know"

i=0
while [ $i -lt 8 ]; do
	muster run plot.lua "side$i.svg" &
	i=$((i + 1))
done
wait
same=0
for f in side?.svg; do
	cmp -s "$f" one.svg && same=$((same + 1))
done
is $same 8 "eight at once draw the same"

mkdir empty
echo old >kept.svg
cat >none.lua <<'LUA'

muster.plot(muster.table{ x = {1} }, { x = "x", y = "x" }):point():save "kept.svg"
LUA
exit_is 1 "without gnuplot the script fails" env PATH="$WORK/empty" "$MUSTER" run none.lua
like "$err" 'none.lua:2: cannot draw: the program gnuplot is not on PATH' "and says why, at its line"
is "$(cat kept.svg)" old "the old file is kept"

mkdir broken
printf '#!/bin/sh\necho "\\"$PWD/figure.gp\\" line 3: something is wrong" >&2\nexit 1\n' >broken/gnuplot
chmod +x broken/gnuplot
exit_is 1 "when gnuplot fails the script fails" env PATH="$WORK/broken" "$MUSTER" run none.lua
like "$err" 'none.lua:2: gnuplot failed: .*line 3: something is wrong' "with gnuplot's message, at its line"
unlike "$err" muster-plot "and no temporary folder in it"
is "$(cat kept.svg)" old "the old file is kept"

if [ "$(id -u)" != 0 ]; then
	mkdir sealed && chmod 555 sealed
	sed 's|kept|sealed/x|' none.lua >sealed.lua
	exit_is 1 "a folder that cannot be written" muster run sealed.lua
	like "$err" 'Permission denied' "is said"
else
	skip "root may write anywhere" "a folder that cannot be written"
fi
is "$(ls -A | grep -c '^\.muster-')" 0 "no temporary file stays beside the targets"
exit_is 1 "a temporary folder that is not there" env TMPDIR=/nonexistent "$MUSTER" run none.lua
like "$err" "none.lua:2: cannot make a temporary folder in '/nonexistent'" "is said"
(umask 027 && muster run none.lua)
is "$(stat -c %a kept.svg)" 640 "the file's mode follows the umask"

out=$(muster -e 'muster.plot(muster.table{ x = {1, 2} }, { x = "x", y = "x" }):point():title "Two":show()')
like "$out" '^ Two$' "show writes to standard output"
is "$(printf '%s\n' "$out" | grep -o '●' | wc -l)" 2 "with its marks"
echo 'io.write((muster.plot(muster.table{ x = {1, 2} }, { x = "x", y = "x" }):point():script()))' >listing.lua
muster run listing.lua >alone.gp
ok "the listing runs by itself" gnuplot -d alone.gp
ok "and draws" test -s figure.svg

done_testing
