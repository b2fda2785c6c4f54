-- t7110-plot-hostile.lua - text that would run commands, in every place text can stand: drawn as it is, run never.
local lu = require "lu"
local work = os.getenv "WORK"
local flag = work .. "/PWNED"

local function read(path)
  local f = assert(io.open(path, "rb"))
  local text = f:read "a"
  f:close()
  return (text:gsub("‘", "’"))
end

-- As it should stand in the svg: every letter itself, but for the quote, which is drawn as one of print.
local function xml(s)
  return (s:gsub("[&<>']", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ["'"] = "’" }))
end

local function safe()
  local f = io.open(flag)
  if f then
    f:close()
  end
  lu.assertNil(f, "a command ran")
end

local attacks = {
  "`touch " .. flag .. "`",
  "$(touch " .. flag .. ")",
  "'; system('touch " .. flag .. "'); '",
  "\"; system(\"touch " .. flag .. "\"); \"",
  "''; !touch " .. flag,
  "'''; system('touch " .. flag .. "')#",
  "\" @GPVAL_TERM \" `touch " .. flag .. "` \"",
  "{ `touch " .. flag .. "` # \\",
  "@macro `touch " .. flag .. "`",
  "\\`touch " .. flag .. "\\`",
  "| touch " .. flag,
  "< touch " .. flag,
  "%s %n %Y $0 {/Symbol a}^2_3",
  "]]> <script>x</script> &amp; --",
}
-- A line end would begin a new command; it becomes a blank, or a line of text.
local broken = { "a\n!touch " .. flag .. "\nb", "a\r\nsystem('touch " .. flag .. "')\r\n", "EOD\ne\n!touch " .. flag .. "\n",
  "a\0'; system('touch " .. flag .. "')", "\1\2\27[2J\127", "\xff\xfe\xc3\x28'; system('touch " .. flag .. "')" }

local slots = {
  title = function(p, s) return p:title(s) end,
  subtitle = function(p, s) return p:subtitle(s) end,
  caption = function(p, s) return p:caption(s) end,
  xlabel = function(p, s) return p:xlabel(s) end,
  ylabel = function(p, s) return p:ylabel(s) end,
  reference = function(p, s) return p:reference { y = 2, label = s } end,
  name = function(p, s) return p:line { name = s } end,
  table = function(p, s) return p:line(muster.table { x = { 1, 2 }, y = { 1, 2 } }, { name = s, dashed = true }) end,
}

local function base()
  return muster.plot(muster.table { x = { 1, 2, 3 }, y = { 1, 2, 3 } }, { x = "x", y = "y" }):point():size(4000, 900)
end

local order = {}
for name in pairs(slots) do
  order[#order + 1] = name
end
table.sort(order)

function TestHostile_texts_of_the_plot()
  for i, text in ipairs(attacks) do
    local p = base()
    for _, name in ipairs(order) do
      p = slots[name](p, text)
    end
    local path = ("%s/a%d.svg"):format(work, i)
    p:save(path)
    local drawn = select(2, read(path):gsub("[^\n]*" .. xml(text):gsub("%p", "%%%0"), ""))
    lu.assertTrue(drawn >= #order, ("attack %d: drawn %d times"):format(i, drawn))
    safe()
  end
end

function TestHostile_line_ends_and_control_bytes()
  for i, text in ipairs(broken) do
    local p = base()
    for _, name in ipairs(order) do
      p = slots[name](p, text)
    end
    for _, format in ipairs { "svg", "png", "txt", "pdf" } do
      p:save(("%s/b%d.%s"):format(work, i, format))
      safe()
    end
    local svg = read(("%s/b%d.svg"):format(work, i))
    lu.assertNil(svg:find "[\0-\8\11\12\14-\31\127]")
    lu.assertNotNil(utf8.len(svg))
  end
end

-- Category names, groups, panels, labels, names of columns: all that comes out of a table.
function TestHostile_texts_of_the_table()
  for i, text in ipairs(attacks) do
    local t = muster.table({ { [text] = true, who = text, n = 1, what = text, lo = 1, hi = 2 },
      { who = "b", n = 2, what = "c", lo = 1, hi = 3 } })
    local svg
    local function draw(p)
      p:size(4000, 900):save(work .. "/t.svg")
      svg = read(work .. "/t.svg")
      safe()
      lu.assertStrContains(svg, xml(text), false, ("attack %d"):format(i))
    end
    draw(muster.plot(t, { x = "who", y = "n" }):bar())
    draw(muster.plot(t, { x = "n", y = "who" }):bar())
    draw(muster.plot(t, { x = "n", y = "n", colour = "who" }):point())
    draw(muster.plot(t, { x = "n", y = "n", colour = "who" }):line())
    draw(muster.plot(t, { x = "n", y = "n" }):point():panel "who")
    draw(muster.plot(t, { y = "what", x = "n", low = "lo", high = "hi", label = "who" }):forest())
    draw(muster.plot(t, { y = "what", low = "lo", high = "hi", label_low = "who", label_high = "who" }):tornado { base = 1 })
    draw(muster.plot(t, { x = "who", y = "what", label = "who" }):tile())
    draw(muster.plot(t, { x = "n", y = "lo" }):segment { x_end = "lo", y_end = "hi", colour = "who" })
    draw(muster.plot(t:with(text, { 1, nil, n = 2 }), { x = "n", y = text }):point())      -- the note names the column
  end
end

-- Many short strings at once, each drawn as a label at its point.
function TestHostile_generated_labels()
  local parts = { "`", "'", "\"", "$(", ")", "\\", ";", "!", "@", "%", "{", "}", "^", "_", "&", "<", ">", "|", "#", "e", "EOD", "é", "한" }
  local seed = 20241018
  local function random(n)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed // 65536 % n + 1
  end
  local x, y, l = {}, {}, {}
  for i = 1, 400 do
    local s = {}
    for k = 1, random(6) do
      s[k] = parts[random(#parts)]
    end
    x[i], y[i], l[i] = i % 20, i // 20, table.concat(s)
  end
  local t = muster.table { x = x, y = y, l = l }
  muster.plot(t, { x = "x", y = "y", label = "l" }):point():size(4000, 3000):save(work .. "/g.svg")
  local svg = read(work .. "/g.svg")
  local missing = 0
  for i = 1, 400 do
    if not svg:find(">" .. xml(l[i]) .. "<", 1, true) then
      missing = missing + 1
      if missing == 1 then
        print("# not found: " .. l[i])
      end
    end
  end
  lu.assertEquals(missing, 0)
  safe()
end

function TestHostile_names_of_files()
  for _, name in ipairs { "'; touch PWNED; '.svg", "`touch PWNED`.svg", "|touch PWNED.svg", "-d.svg", "a b'c\"d\n.svg", "< x.svg" } do
    base():save(work .. "/" .. name)
    lu.assertStrContains(read(work .. "/" .. name), "<svg")
  end
  safe()
end

os.exit(lu.run())
