-- plot.lua - plots as values: each verb gives back a new one, and nothing is drawn before save or show.
local core = require "muster.core"
local paths = require "muster.base.paths"
local registry = require "muster.base.registry"

local define = registry.define

-- What a layer can be drawn from: names of columns.
local roles = { "x", "y", "low", "high", "colour", "label", "panel", "hollow", "label_low", "label_high", "x_end", "y_end" }
-- Columns that a mark takes over from the plot when it does not name its own.
local shared = {
  point = { "x", "y", "colour", "label", "panel", "hollow" },
  line = { "x", "y", "colour", "panel" },
  step = { "x", "y", "colour", "panel" },
  interval = { "x", "y", "low", "high", "colour", "panel", "hollow" },
  ribbon = { "x", "y", "low", "high", "colour", "panel" },
  bar = { "x", "y", "colour", "panel" },
  tornado = { "y", "low", "high", "panel", "label_low", "label_high" },
  forest = { "x", "y", "low", "high", "colour", "label", "panel", "hollow" },
  tile = { "x", "y", "colour", "label", "panel" },
  segment = { "x", "y", "colour", "panel", "x_end", "y_end" },
}
local columns = "x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, "
  .. "hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string"
local options = "{" .. columns .. ", name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}"

local function copy(t)
  local out = {}
  for k, v in pairs(t) do
    out[k] = v
  end
  return out
end

-- The plot with some fields of its description changed; lists are replaced, never added to.
local function with(plot, changes)
  local d = copy(core.plot_description(plot))
  for k, v in pairs(changes) do
    d[k] = v
  end
  return core.plot_new(d)
end

local function appended(list, item)
  local out = copy(list)
  out[#out + 1] = item
  return out
end

local function has(t, name)
  for _, known in ipairs(t:names()) do
    if known == name then
      return true
    end
  end
  return false
end

local function check_columns(what, t, given)
  for _, role in ipairs(roles) do
    local name = given[role]
    if type(name) == "string" and not has(t, name) then
      registry.fail("%s: %s: no column '%s'%s", what, role, name, registry.suggest(name, t:names()))
    end
  end
end

-- One more layer. What it does not name itself it takes from the plot, as far as its table has such a column.
local function add_layer(plot, mark, data, given)
  local d = core.plot_description(plot)
  if data ~= nil and core.class(data) ~= "Table" then
    if given ~= nil then
      registry.fail("Plot:%s: expected a Table and then its options", mark)
    end
    data, given = nil, data
  end
  local own, t = given or {}, data or d.table
  check_columns("Plot:" .. mark, t, own)
  local layer = copy(own)
  layer.mark, layer.table = mark, t
  for _, role in ipairs(shared[mark]) do
    local default = d.defaults[role]
    if layer[role] == nil and (type(default) ~= "string" or has(t, default)) then
      layer[role] = default
    end
  end
  core.plot_check { layers = { layer } }
  return with(plot, { layers = appended(d.layers, layer) })
end

local plot = define {
  name = "muster.plot", args = "data: Table, columns?: {" .. columns .. "}", returns = "Plot",
  help = "A plot of a table. The columns named here are the defaults of its layers: x, y, low, high, colour (one colour "
    .. "for each value), label (text at the mark), panel (stacked plots), hollow (a column of true and false: hollow marks). "
    .. "Every verb of a plot returns a new plot; nothing is drawn before save or show.",
  example = [[
local t = muster.table{ day = { muster.date "2024-10-18", muster.date "2024-11-04" }, n = { 1500, 10000 } }
return muster.plot(t, { x = "day", y = "n" }):line():point():title "Sent"]],
  fn = function(data, defaults)
    defaults = copy(defaults or {})
    check_columns("muster.plot", data, defaults)
    return core.plot_new { table = data, defaults = defaults, layers = {}, refs = {} }
  end,
}

-- == layers ==========================================================================================

local function layer(mark, help, example)
  define {
    name = "Plot:" .. mark, args = "data?: Table|" .. options .. ", options?: " .. options, returns = "Plot",
    help = help, example = example,
    fn = function(p, data, given)
      return add_layer(p, mark, data, given)
    end,
  }
end

local claims = [[
local t = muster.table({
  { day = muster.date "2024-11-04", who = "a", figure = muster.quantity{ qualifier = "up_to", best = 12000 } },
  { day = muster.date "2024-12-19", who = "b", figure = muster.quantity{ qualifier = "more_than", best = 10000 } } })
]]
local numbers = "local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }\n"
local named = "local t = muster.table{ what = {'a', 'b'}, n = {2, 3}, lo = {1, 2}, hi = {3, 6} }\n"

layer("point", "A dot for each row. A quantity is drawn as what it says: a dot when exact, whiskers for 'about', an arrow "
  .. "away from the stated number where only one bound is claimed, a capped bar for a range. `label` writes text beside it.",
  claims .. "return muster.plot(t, { x = 'day', y = 'figure', colour = 'who' }):point()")
layer("line", "A line along x, one for each colour, its name at its end. A missing y breaks it. For a column of quantities "
  .. "`policy` says which number it follows: midpoint, floor, ceiling or stated. `dashed = true`, `name`, `ink`, `size`.",
  numbers .. "return muster.plot(t, { x = 'x', y = 'n' }):line{ dashed = true, name = 'n' }")
layer("step", "A line that holds each value until the next x. Options as for line.",
  numbers .. "return muster.plot(t, { x = 'x', y = 'n' }):step()")
layer("interval", "A capped bar from low to high at x, or lying at y when y is a column of text; infinite ends are arrows. "
  .. "Instead of low and high, y (or x) may be a column of quantities.",
  numbers .. "return muster.plot(t, { x = 'x' }):interval{ low = 'lo', high = 'hi' }")
layer("ribbon", "The area between low and high (or the bounds of a column of quantities) along x.",
  numbers .. "return muster.plot(t, { x = 'x', y = 'n' }):ribbon{ low = 'lo', high = 'hi' }:line()")
layer("bar", "Bars from zero to y at x; lying when y is a column of text and x one of numbers.",
  named .. "return muster.plot(t, { x = 'what', y = 'n' }):bar()")
layer("tornado", "For each name in y a bar of the result with the input at its low end (`low`) and at its high end (`high`), "
  .. "around `base`, the widest on top. `label_low` and `label_high` write those inputs at the ends.",
  named .. "return muster.plot(t, { y = 'what', low = 'lo', high = 'hi' }):tornado{ base = 2 }")
layer("forest", "For each name in y a dot at x and its interval low to high, or a column of quantities as x; "
  .. "`label` is a column of text to the right.",
  named .. "return muster.plot(t, { y = 'what', x = 'n', low = 'lo', high = 'hi' }):forest()")

layer("tile", "A coloured cell where the names x and y meet: a matrix, or a heat map of classes (`colour`, one `ink` for each "
  .. "layer). `label` writes text into the cells. Later layers cover earlier ones.",
  "local t = muster.table{ a = {'x', 'x', 'y'}, b = {'x', 'y', 'y'}, how = {'same', 'other', 'same'} }\n"
  .. "return muster.plot(t, { x = 'a', y = 'b', colour = 'how' }):tile()")
layer("segment", "A straight line from x, y to x_end, y_end, both numbers, dates or names: pairs, links, changes. `label` stands at "
  .. "its middle. `dashed = true`, `name`, `ink`, `size`.",
  "local t = muster.table{ x = {1, 2}, n = {4, 7}, x2 = {2, 3}, n2 = {7, 5} }\n"
  .. "return muster.plot(t, { x = 'x', y = 'n' }):segment{ x_end = 'x2', y_end = 'n2' }")

-- == texts ===========================================================================================

local texts = {
  title = "The title: what the reader should take away.",
  subtitle = "The line below the title: what is shown, and in what unit.",
  caption = "The text below the plot: sources, assumptions. Rows that could not be drawn are added by themselves.",
  xlabel = "What the x axis shows.",
  ylabel = "What the y axis shows; stands above it.",
}
for _, slot in ipairs { "title", "subtitle", "caption", "xlabel", "ylabel" } do
  define {
    name = "Plot:" .. slot, args = "text: string", returns = "Plot", help = texts[slot],
    example = numbers .. ("return muster.plot(t, { x = 'x', y = 'n' }):point():%s 'Text'"):format(slot),
    fn = function(p, text)
      return with(p, { [slot] = text })
    end,
  }
end

-- == axes ============================================================================================

for _, axis in ipairs { "x", "y" } do
  define {
    name = "Plot:" .. axis .. "range", args = "low?: number|Date, high?: number|Date", returns = "Plot",
    help = "The ends of the " .. axis .. " axis; nil leaves an end to the data. Rows outside are counted below the plot.",
    example = numbers .. ("return muster.plot(t, { x = 'x', y = 'n' }):point():%srange(0, 10)"):format(axis),
    fn = function(p, low, high)
      if low ~= nil and high ~= nil and low >= high then
        registry.fail("Plot:%srange: the low end %s is not below the high end %s", axis, tostring(low), tostring(high))
      end
      local d = copy(core.plot_description(p))
      d[axis .. "low"], d[axis .. "high"] = low, high
      return core.plot_new(d)
    end,
  }
end

local function axis_flag(name, help)
  define {
    name = "Plot:" .. name, args = 'axis: "x"|"y"', returns = "Plot", help = help,
    example = numbers .. ("return muster.plot(t, { x = 'x', y = 'n' }):point():%s 'y'"):format(name),
    fn = function(p, axis)
      return with(p, { [axis .. name] = true })
    end,
  }
end
axis_flag("log", "A logarithmic axis. Rows at or below zero are counted below the plot.")
axis_flag("percent", "Write the numbers of an axis as per cent: 0.4 as 40 %. Shares do so by themselves.")

define {
  name = "Plot:size", args = "width: number, height?: number", returns = "Plot",
  help = "Width and height in px (900 by what the plot needs). As text, a letter takes 9 by 18 px.",
  example = numbers .. "return muster.plot(t, { x = 'x', y = 'n' }):point():size(600, 400)",
  fn = function(p, width, height)
    if not (width >= 100 and width <= 10000) or (height and not (height >= 100 and height <= 10000)) then
      registry.fail("Plot:size: width and height should be 100 to 10000 px, found %s by %s", tostring(width), tostring(height))
    end
    return with(p, { width = width, height = height })
  end,
}

define {
  name = "Plot:reference", args = "line: {x?: number|Date, y?: number|Date, label?: string}", returns = "Plot",
  help = "A dashed line at x (upright) or at y (lying), with a label on it.",
  example = numbers .. "return muster.plot(t, { x = 'x', y = 'n' }):point():reference{ y = 5, label = 'five' }",
  fn = function(p, line)
    if (line.x == nil) == (line.y == nil) then
      registry.fail "Plot:reference: expected either x or y"
    end
    local ref = { vertical = line.x ~= nil, at = line.x or line.y, label = line.label }
    if type(ref.at) == "number" and (ref.at ~= ref.at or ref.at == math.huge or ref.at == -math.huge) then
      registry.fail "Plot:reference: a reference line needs a finite number"
    end
    return with(p, { refs = appended(core.plot_description(p).refs, ref) })
  end,
}

define {
  name = "Plot:panel", args = "column: string, options?: {same_y?: boolean}", returns = "Plot",
  help = "One plot for each value of a column, stacked over one x axis, in the order of first appearance. Layers of tables "
    .. "without the column stand in each. `same_y = true` gives all the same y axis.",
  example = named .. "return muster.plot(t, { x = 'n', y = 'hi' }):point():panel 'what'",
  fn = function(p, name, how)
    local d = copy(core.plot_description(p))
    check_columns("Plot:panel", d.table, { panel = name })
    d.defaults = copy(d.defaults)
    d.defaults.panel = name
    d.same_y = how and how.same_y
    local layers = {}
    for i, l in ipairs(d.layers) do
      layers[i] = copy(l)
      if has(l.table, name) then
        layers[i].panel = name
      end
    end
    d.layers = layers
    return core.plot_new(d)
  end,
}

-- == drawing =========================================================================================

define {
  name = "Plot:save", args = "path: string", returns = "Plot",
  help = "Draw to a file, in the format its name ends in: .svg, .png, .pdf or .txt. The old file stays until the new one "
    .. "is complete; the same plot gives the same bytes.",
  example = numbers .. "return pcall(function() muster.plot(t, { x = 'x', y = 'n' }):point():save 'plot.jpg' end)",
  fn = function(p, path)
    core.plot_save(core.plot_description(p), paths.output(path))
    return p
  end,
}

define {
  name = "Plot:show", args = "", returns = "Plot",
  help = "Draw in letters on standard output, as wide as the terminal.",
  example = numbers .. "muster.plot(t, { x = 'x', y = 'n' }):point():show()",
  fn = function(p)
    io.stdout:write(core.plot_text(core.plot_description(p)))
    return p
  end,
}

define {
  name = "Plot:script", args = "format?: string", returns = "string, string",
  help = "The gnuplot script that draws the plot by itself (numbers included), and those numbers as a text table.",
  example = numbers .. "return (muster.plot(t, { x = 'x', y = 'n' }):point():script 'svg')",
  fn = function(p, format)
    return core.plot_listing(core.plot_description(p), format or "svg")
  end,
}

return plot
