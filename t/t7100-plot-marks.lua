-- t7100-plot-marks.lua - each layer draws what it must: counted in the svg, and in the numbers handed to gnuplot.
local lu = require "lu"
local work = os.getenv "WORK"

local function read(path)
  local f = assert(io.open(path, "rb"))
  local text = f:read "a"
  f:close()
  return text
end

local function exists(path)
  local f = io.open(path, "rb")
  return f and f:close()
end

local function svg(p, name)
  local path = work .. "/" .. (name or "out") .. ".svg"
  p:save(path)
  return read(path)
end

local function count(text, pattern)
  return select(2, text:gsub(pattern, ""))
end

-- Filled circles are <use href='#gpPt6'> in gnuplot's svg; rings are gpPt5.
local function dots(text)
  return count(text, "<use xlink:href='#gpPt6' transform")
end

local function rings(text)
  return count(text, "<use xlink:href='#gpPt5' transform")
end

-- The numbers of the data files, by what their columns are.
local function data(p)
  local _, text = p:script()
  local out, now = {}, nil
  for line in text:gmatch "[^\n]+" do
    local what = line:match "^# d%d+: (.*)"
    if what then
      now = {}
      out[#out + 1] = { what = what, rows = now }
    else
      local row = {}
      for v in line:gmatch "%S+" do
        row[#row + 1] = tonumber(v)
      end
      now[#now + 1] = row
    end
  end
  return out
end

local function q(qualifier, best, low, high)
  return muster.quantity { qualifier = qualifier, best = best, low = low, high = high }
end

local xy = muster.table { x = { 1, 2, 3 }, y = { 4, 7, 5 }, lo = { 3, 5, 4 }, hi = { 6, 9, 8 }, who = { "a", "b", "a" } }
local base = { x = "x", y = "y" }

function TestMarks_point()
  local text = svg(muster.plot(xy, base):point())
  lu.assertEquals(dots(text), 3)
  lu.assertEquals(data(muster.plot(xy, base):point())[1].rows, { { 1, 4 }, { 2, 7 }, { 3, 5 } })
end

function TestMarks_hollow()
  lu.assertEquals(rings(svg(muster.plot(xy, base):point { hollow = true })), 3)
  local t = xy:with("single", { true, false, true })
  local text = svg(muster.plot(t, { x = "x", y = "y", hollow = "single" }):point())
  lu.assertEquals(rings(text), 2 + 1)      -- and one in the key
  lu.assertStrContains(text, ">single<")
end

function TestMarks_line_follows_x_and_breaks_at_missing()
  local t = muster.table { x = { 3, 1, 2, 4, 5 }, y = { 30, 10, nil, 40, 50, n = 5 } }
  local d = data(muster.plot(t, base):line())
  lu.assertEquals(d[1].rows[1], { 1, 10 })
  lu.assertEquals(d[1].rows[3], { 3, 30 })
  lu.assertEquals(d[1].rows[2], { 2 })                         -- nan, which is no number: a gap
  lu.assertEquals(d[2].rows, { { 1, 10 } })                    -- a value alone between gaps is a dot
  lu.assertStrContains(svg(muster.plot(t, base):line()), "Not drawn: 1 of 5 rows without ‘y’.")
end

function TestMarks_series_names_stand_at_their_ends()
  local text = svg(muster.plot(xy, { x = "x", y = "y", colour = "who" }):line())
  lu.assertEquals(count(text, ">a</tspan>") + count(text, ">a</text>"), 1)
  lu.assertEquals(count(text, "rgb%(  0, 114, 178%)") > 0 or count(text, "rgb%(0,114,178%)") > 0, true)
end

function TestMarks_bounds_by_kind()
  local t = muster.table { x = { 1, 2, 3, 4, 5, 6, 7, 8 }, f = { q("exact", 50), q("at_least", 60), q("more_than", 70),
    q("up_to", 80), q("as_many_as", 90), q("range", nil, 20, 30), q("about", 40), q("nearly", 100) } }
  local d = data(muster.plot(t, { x = "x", y = "f" }):point())
  local by = {}
  for _, one in ipairs(d) do
    by[#by + 1] = one
  end
  lu.assertEquals(#by, 3)                                      -- bars, arrows, dots
  lu.assertEquals(by[3].what, "x y")
  lu.assertEquals(#by[3].rows, 7)                              -- every stated number; a range has none
  local arrows = {}
  for _, r in ipairs(by[2].rows) do
    arrows[r[1]] = { from = r[2], up = r[4] > 0, across = r[3] }
  end
  lu.assertEquals(arrows[2], { from = 60, up = true, across = 0 })
  lu.assertEquals(arrows[3], { from = 70, up = true, across = 0 })   -- at the stated number, not one above
  lu.assertEquals(arrows[4], { from = 80, up = false, across = 0 })
  lu.assertEquals(arrows[5], { from = 90, up = false, across = 0 })
  lu.assertNil(arrows[1])
  local upright, caps = {}, {}
  for _, r in ipairs(by[1].rows) do
    if r[3] == 0 then
      upright[r[1]] = { r[2], r[2] + r[4] }
    else
      local x = math.floor(r[1] + r[3] / 2 + 0.5)
      caps[x] = (caps[x] or 0) + 1
    end
  end
  lu.assertEquals(upright, { [6] = { 20, 30 }, [7] = { 36, 44 }, [8] = { 90, 100 } })
  lu.assertEquals(caps, { [6] = 2, [7] = 2, [8] = 1 })         -- arrows have no end cap
end

function TestMarks_the_key_names_only_what_is_there()
  local t = muster.table { x = { 1 }, f = { q("up_to", 5) } }
  local text = svg(muster.plot(t, { x = "x", y = "f" }):point())
  lu.assertStrContains(text, ">up to<")
  lu.assertNotStrContains(text, "at least")
  lu.assertNotStrContains(text, ">range<")
end

function TestMarks_interval_open_ends_are_arrows()
  local t = muster.table { x = { 1, 2 }, lo = { 1.0, 2.0 }, hi = { 3.0, math.huge } }
  local d = data(muster.plot(t, { x = "x" }):interval { low = "lo", high = "hi" })
  lu.assertEquals(#d[2].rows, 1)
  lu.assertEquals({ d[2].rows[1][1], d[2].rows[1][2] }, { 2, 2 })
end

function TestMarks_ribbon_bar_step()
  local ribbon = data(muster.plot(xy, { x = "x" }):ribbon { low = "lo", high = "hi" })
  lu.assertEquals(ribbon[1].rows, { { 1, 3, 6 }, { 2, 5, 9 }, { 3, 4, 8 } })
  local bars = data(muster.plot(xy, base):bar())[1].rows
  lu.assertEquals({ bars[2][5], bars[2][6] }, { 0, 7 })
  lu.assertStrContains((muster.plot(xy, base):step():script()), "with steps")
  local side = data(muster.plot(muster.table { x = { 1, 1 }, y = { 2, 3 }, who = { "a", "b" } },
    { x = "x", y = "y", colour = "who" }):bar())
  lu.assertTrue(side[1].rows[1][4] <= side[2].rows[1][3])      -- beside each other, not over
end

function TestMarks_tornado_widest_on_top()
  local t = muster.table { what = { "small", "wide" }, lo = { 0.4, 0.9 }, hi = { 0.6, 0.1 } }
  local p = muster.plot(t, { y = "what" }):tornado { low = "lo", high = "hi", base = 0.5 }
  local d = data(p)
  lu.assertEquals({ d[1].rows[1][3], d[1].rows[1][4] }, { 0.5, 0.9 })    -- the wide one first, from the base
  lu.assertEquals({ d[2].rows[1][3], d[2].rows[1][4] }, { 0.1, 0.5 })
  lu.assertStrContains(svg(p), "input at its low end")
end

function TestMarks_forest_with_quantities_lies()
  local t = muster.table { who = { "a", "b" }, f = { q("range", nil, 10, 20), q("more_than", 15) }, text = { "10-20", "> 15" } }
  local p = muster.plot(t, { y = "who", x = "f", label = "text" }):forest()
  local d = data(p)
  lu.assertEquals(d[1].rows[1], { 10, 0, 10, 0 })
  lu.assertEquals(d[2].rows[1][2], 1)
  lu.assertTrue(d[2].rows[1][3] > 0 and d[2].rows[1][4] == 0)
  lu.assertStrContains(svg(p), "&gt; 15")
end

function TestMarks_tiles_where_names_meet()
  local t = muster.table { a = { "p", "q", "q" }, b = { "m", "m", "n" }, says = { "1.5x", "", "2x" } }
  local p = muster.plot(t, { x = "a", y = "b", label = "says" }):tile { name = "apart", ink = "vermillion" }
  local d = data(p)[1]
  lu.assertEquals(d.what, "x y xlow xhigh ylow yhigh")
  lu.assertEquals(#d.rows, 3)
  -- columns p, q are 0, 1 and rows m, n are 0, 1; a cell leaves a seam of 0.06 to its neighbour
  for i, want in ipairs { { 0, 0 }, { 1, 0 }, { 1, 1 } } do
    lu.assertEquals({ d.rows[i][1], d.rows[i][2] }, want)
    lu.assertAlmostEquals(d.rows[i][4] - d.rows[i][3], 0.94, 1e-9)
    lu.assertAlmostEquals(d.rows[i][6] - d.rows[i][5], 0.94, 1e-9)
  end
  local text = svg(p)
  for _, word in ipairs { ">p<", ">q<", ">m<", ">n<", ">1.5x<", ">2x<", ">apart<" } do
    lu.assertStrContains(text, word)
  end
  local path = work .. "/tiles.txt"
  p:tile(t:head(1), { name = "together", ink = "sky" }):save(path)
  lu.assertStrContains(read(path), "A apart   B together")     -- a letter for each class, as in the cells
  local partly = muster.table { a = { "p", nil, "q", n = 3 }, b = { "m", "n", "m" } }
  lu.assertStrContains(svg(muster.plot(partly, { x = "a", y = "b" }):tile()), "Not drawn: 1 of 3 rows without ‘a’.")
end

function TestMarks_segments_join_two_places()
  local t = muster.table { x = { 1, 2 }, y = { 4, 7 }, x2 = { 3, 2 }, y2 = { 1, 9 }, says = { "down", "up" } }
  local ends = { x_end = "x2", y_end = "y2", label = "says" }
  local p = muster.plot(t, base):segment(ends)
  lu.assertEquals(data(p)[1], { what = "x y dx dy", rows = { { 1, 4, 2, -3 }, { 2, 7, 0, 2 } } })
  lu.assertStrContains(svg(p), ">down<")
  -- the axis reaches to the far end, and a line of which one end is outside is not drawn by half
  lu.assertTrue(tonumber((p:script():match "set yrange %[[^:]*:([%d.]+)%]")) >= 9)
  lu.assertEquals(data(p:yrange(0, 8))[1].rows, { { 1, 4, 2, -3 } })
  lu.assertStrContains(svg(p:yrange(0, 8)), "Outside the range shown: 1 of 2 rows.")
  local half = muster.table { x = { 1, 2 }, y = { 4, 7 }, x2 = { 3, nil, n = 2 }, y2 = { 1, 9 } }
  lu.assertStrContains(svg(muster.plot(half, base):segment { x_end = "x2", y_end = "y2" }), "Not drawn: 1 of 2 rows without ‘x2’.")
  local logs = muster.table { x = { 1, 2 }, y = { 4, 7 }, x2 = { 3, 2 }, y2 = { 0, 9 } }
  lu.assertStrContains(svg(muster.plot(logs, base):segment { x_end = "x2", y_end = "y2" }:log "y"), "at or below zero")
  local names = muster.table { x = { "a", "b" }, y = { "m", "m" }, x2 = { "b", "c" }, y2 = { "n", "m" } }
  lu.assertEquals(data(muster.plot(names, base):segment { x_end = "x2", y_end = "y2" })[1].rows, { { 0, 0, 1, 1 }, { 1, 0, 1, 0 } })
end

function TestMarks_panels_have_their_own_rows()
  local p = muster.plot(xy, base):point():panel "who"
  local d = data(p)
  lu.assertEquals(#d, 2)
  lu.assertEquals({ #d[1].rows, #d[2].rows }, { 2, 1 })
  local text = svg(p)
  lu.assertStrContains(text, ">a<")
  lu.assertStrContains(text, ">b<")
  -- a layer of a table without the column stands in each
  lu.assertEquals(#data(p:line(muster.table { x = { 1, 3 }, y = { 1, 1 } })), 4)
end

function TestMarks_dates()
  local t = muster.table { day = { muster.date "2024-10-18", muster.date "2025-12-01" }, n = { 1, 2 } }
  local text = svg(muster.plot(t, { x = "day", y = "n" }):point())
  lu.assertStrContains(text, ">2025<")
  lu.assertEquals(data(muster.plot(t, { x = "day", y = "n" }):point())[1].rows[1][1], 20014)       -- days since 1970
end

function TestMarks_reference_lines_and_ranges()
  local p = muster.plot(xy, base):point():reference { y = 6, label = "six" }:reference { x = 2 }
  lu.assertStrContains(svg(p), ">six<")
  lu.assertStrContains(svg(p:yrange(0, 5)), "Outside the range shown: 1 of 3 rows.")
  lu.assertStrContains(svg(p:yrange(0, 5)), "the line ‘six’")
  lu.assertStrContains((p:yrange(0, 5):script()), "set yrange [0:5]")
end

function TestMarks_rows_that_cannot_be_drawn_are_counted()
  local t = muster.table { x = { 1, 2, 3, 4 }, y = { 0.0 / 0.0, math.huge, -1.5, 2.5 } }
  lu.assertStrContains(svg(muster.plot(t, base):point()), "Not drawn: 2 of 4 rows without a finite number.")
  lu.assertStrContains(svg(muster.plot(t, base):point():log "y"), "at or below zero")
  lu.assertEquals(dots(svg(muster.plot(t, base):point():log "y")), 1)
end

function TestMarks_policy_is_said()
  local t = muster.table { x = { 1, 2 }, f = { q("range", nil, 10, 20), q("more_than", 15) } }
  local text = svg(muster.plot(t, { x = "x", y = "f" }):line { policy = "midpoint" })
  lu.assertStrContains(text, "The line follows the midpoint of each figure in ‘f’.")
  lu.assertStrContains(text, "1 of 2 rows whose ‘f’ has no such number")
end

function TestMarks_nothing_to_draw()
  local none = muster.plot(xy:head(0), base):point():line()
  lu.assertStrContains(svg(none), "no data to draw")
  lu.assertEquals(dots(svg(none)), 0)
  lu.assertEquals(dots(svg(muster.plot(xy:head(1), base):point())), 1)
end

function TestMarks_text_for_a_terminal()
  local path = work .. "/out.txt"
  muster.plot(xy, base):point():title "Three dots":size(720, 360):save(path)
  local text = read(path)
  lu.assertEquals(count(text, "●"), 3)
  for line in text:gmatch "[^\n]+" do
    lu.assertTrue(utf8.len(line) <= 80)
  end
end

function TestMarks_a_plot_never_changes()
  local first = muster.plot(xy, base):point()
  local before = first:script()
  local _ = first:title "t":caption "c":line():xrange(0, 9):log "y":panel "who":reference { y = 1 }:size(400, 400)
  lu.assertEquals((first:script()), before)
  local options = { hollow = true }
  local p = first:point(options)
  local with_hollow = p:script()
  options.hollow = false
  lu.assertEquals((p:script()), with_hollow)
end

function TestMarks_the_listing_draws_by_itself()
  local script = muster.plot(xy, base):point():title "it's":script "svg"
  lu.assertStrContains(script, "$d1 << EOD\n1 4\n2 7\n3 5\nEOD\n")
  lu.assertStrContains(script, "'it’s'")
  lu.assertNotStrContains(script, work)
end

-- == errors: at the script's line, with the nearest name ==

local function fails(pattern, fn)
  local line = debug.getinfo(fn, "S").linedefined
  local ok, message = pcall(fn)
  lu.assertFalse(ok)
  lu.assertStrContains(message, ("t7100-plot-marks.lua:%d: "):format(line))
  lu.assertStrMatches(message, ".*" .. pattern .. ".*")
end

function TestErrors()
  fails("no column 'xs'", function() muster.plot(xy, { x = "xs" }) end)
  fails("did you mean 'who'", function() muster.plot(xy, base):point { colour = "whoo" } end)
  fails("no option 'color'; did you mean 'colour'", function() muster.plot(xy, base):point { color = "who" } end)
  fails("no method 'titel'; did you mean 'title'", function() muster.plot(xy, base):titel "x" end)
  fails("nothing to draw", function() muster.plot(xy, base):save(work .. "/x.svg") end)
  fails("%.svg, %.png, %.pdf or %.txt", function() muster.plot(xy, base):point():save(work .. "/x.gif") end)
  fails("should be a column of numbers, it holds string", function() muster.plot(xy, { x = "x", y = "who" }):line() end)
  fails("needs the column for high", function() muster.plot(xy, { x = "x" }):interval { low = "lo" } end)
  fails("tile: x = 'x' should be a column of names, it holds int64", function() muster.plot(xy, { x = "x", y = "who" }):tile() end)
  fails("segment needs the column for x_end", function() muster.plot(xy, base):segment() end)
  fails("segment: x holds int64 and x_end string", function() muster.plot(xy, base):segment { x_end = "who", y_end = "hi" } end)
  fails("no policy 'mean'", function() muster.plot(xy, base):line { policy = "mean" } end)
  fails("no ink 'pink'", function() muster.plot(xy, base):line { ink = "pink" } end)
  fails("No such file or directory", function() muster.plot(xy, base):point():save(work .. "/none/x.svg") end)
  fails("make it higher", function() muster.plot(xy, base):point():size(300, 100):title(("long "):rep(90)):save(work .. "/x.svg") end)
  fails("is not below", function() muster.plot(xy, base):xrange(2, 1) end)
  fails("either x or y", function() muster.plot(xy, base):reference { label = "x" } end)
  fails("NUL", function() muster.plot(xy, base):point():save(work .. "/x\0.svg") end)
  lu.assertFalse(not not exists(work .. "/x.svg"))
end

function TestErrors_too_many_groups()
  local x, g = {}, {}
  for i = 1, 40 do
    x[i], g[i] = i, "g" .. i
  end
  local p = muster.plot(muster.table { x = x, g = g }, { x = "x", y = "x", colour = "g" }):point()
  lu.assertErrorMsgContains("more than 32 groups", p.save, p, work .. "/x.svg")
end

os.exit(lu.run())
