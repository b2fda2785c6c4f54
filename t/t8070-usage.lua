-- The usage text as a parser, values as the prompt shows them, completion.
local lu = require "lu"
local core = require "muster.core"
local usage = require "muster.base.usage"
local show = require "muster.base.show"
local complete = require "muster.base.complete"
local spark = require "muster.base.spark"

local spec = usage.parse_text [[
usage: muster tool [options] --to a|b IN [OUT]

options:
  --to a|b       one of two
  --fast         no value
  --jobs N       a number
  --sep C        a character
  --name WORD    any text
  -h, --help     this text
]]

local function parse(...)
  local options, rest = usage.parse(spec, { ... })
  return options and { options = options, operands = rest } or rest
end

TestUsage = {}

function TestUsage.test_text()
  lu.assertEquals(spec.name, "tool")
  lu.assertEquals(spec.required, { "--to" })
  lu.assertEquals(spec.operands, {
    { name = "IN", optional = false, many = false }, { name = "OUT", optional = true, many = false } })
  lu.assertEquals(usage.parse_text "usage: muster x [options] FILE...\n".operands,
    { { name = "FILE", optional = false, many = true } })
end

function TestUsage.test_words()
  lu.assertEquals(parse("--to", "a", "in", "--fast"), { options = { to = "a", fast = true }, operands = { "in" } })
  lu.assertEquals(parse("--to=b", "--jobs=3", "-", "--", "--fast"),
    { options = { to = "b", jobs = 3 }, operands = { "-", "--fast" } })
  lu.assertEquals(parse("--sep", "\\t").options.sep, "\t")
  lu.assertEquals(parse("--sep", "tab").options.sep, "\t")
  lu.assertEquals(parse("--sep", "-").options.sep, "-")
  lu.assertEquals(parse("--name", "--fast").options.name, "--fast")
  lu.assertEquals(parse("-h").options.help, true)
  lu.assertEquals(parse("--to", "a", "--to", "b").options.to, "b")
end

function TestUsage.test_wrong()
  for words, message in pairs {
    ["--fsat"] = "unknown option '--fsat'; did you mean '--fast'?",
    ["-x"] = "unknown option '-x'",
    ["--fast=1"] = "--fast takes no value",
    ["--jobs"] = "--jobs: the value is missing",
    ["--jobs 0"] = "--jobs: expected a positive integer, found '0'",
    ["--jobs 1.5"] = "--jobs: expected a positive integer, found '1.5'",
    ["--jobs 0x10"] = "--jobs: expected a positive integer, found '0x10'",
    ["--jobs 99999999999999999999"] = "--jobs: expected a positive integer, found '99999999999999999999'",
    ["--sep ab"] = "--sep: expected one character, found 'ab'",
    ["--to c"] = "--to: expected a or b, found 'c'",
    ["--name="] = "--name: expected a word, found ''",
  } do
    local list = {}
    for word in words:gmatch "%S+" do
      list[#list + 1] = word
    end
    lu.assertEquals(parse(table.unpack(list)), message)
  end
end

TestShow = {}

function TestShow.test_values()
  local t = { "x", 2.5, key = { true } }
  t.me = t
  for text, value in pairs {
    ["text"] = "text", ["1"] = 1, ["1.0"] = 1.0, ["true"] = true, ["{}"] = {},
    ['{ "x", 2.5, key = { true }, me = <_> }'] = t,
    ['{ ["a b"] = 1, ["end"] = 2 }'] = { ["a b"] = 1, ["end"] = 2 },
    ['{ [-1] = "neg", [0] = "zero", [3] = "gap" }'] = { [3] = "gap", [0] = "zero", [-1] = "neg" },
    ['{ "\\n\\x1b\\"" }'] = { "\n\27\"" },
    ["{ { { {...} } } }"] = { { { { 1 } } } },
    ["function muster.date(text: string)"] = muster.date,
  } do
    if type(value) == "function" then
      lu.assertStrContains(show.text(value), "function muster.date(")
    else
      lu.assertEquals(show.text(value), type(value) == "number" and math.type(value) == "float"
        and require "muster.core".number(value) or text)
    end
  end
end

function TestShow.test_long()
  local t = {}
  for i = 1, 1000 do
    t[i] = i
  end
  lu.assertStrContains(show.text(t), "(960 more)")
  lu.assertNotStrContains(show.text(t), "41")
  local shared = { 1 }
  lu.assertEquals(show.text { shared, shared }, "{ { 1 }, { 1 } }")
  lu.assertEquals(show.text(setmetatable({}, { __tostring = function() return "mine" end })), "mine")
  lu.assertEquals(show.text(coroutine.create(print)), "coroutine (suspended)")
  lu.assertNotStrContains(show.text { io.stdout, print }, "0x")
end

TestComplete = {}

local function names(line, quote)
  local start = quote and quote + 1 or #line - #line:match "[%w_.:]*$" + 1
  return complete.complete(line, start, quote) or {}
end

function TestComplete.setUp()
  local trap = { __index = function() error "called" end, __pairs = function() error "called" end }
  _G.Sample = { tab = muster.table{ alpha = { 1 }, beta = { 2 } }, trap = setmetatable({ own = 1 }, trap), text = "s" }
end

function TestComplete.tearDown()
  _G.Sample = nil
end

function TestComplete.test_names()
  lu.assertEquals(names "coro", { "coroutine" })
  lu.assertEquals(names "x = whi", { "while" })
  lu.assertEquals(names "Sample.ta", { "Sample.tab" })
  lu.assertEquals(names "string.rep", { "string.rep" })
  lu.assertEquals(names "Sample.tab:gli", { "Sample.tab:glimpse" })
  lu.assertEquals(names "Sample.text:upp", { "Sample.text:upper" })
  lu.assertEquals(names "muster.capture_", { "muster.capture_events" })
  lu.assertEquals(names "muster.incent", { "muster.incentive" })
  lu.assertEquals(names "nothing.there", {})
  lu.assertEquals(names "Sample.tab:nothing", {})
end

function TestComplete.test_calls_nothing()
  lu.assertEquals(names "Sample.trap.o", { "Sample.trap.own" })
  lu.assertEquals(names "Sample.trap.other.", {})
  lu.assertEquals(names 'muster.load("no file"):gli', { ":glimpse" })
  lu.assertEquals(names 'muster.load "no file":gli', { ":glimpse" })
  lu.assertEquals(names "Sample.tab:head(3):column('alpha'):mis", { ":missing" })
  lu.assertEquals(names "Sample.tab:filter('alpha > 1'):asof", { ":asof_join" })
  lu.assertEquals(names "Sample.tab:group_by('alpha'):", { ":agg", ":derive", ":filter", ":resample" })
  lu.assertEquals(names "muster.scan('no file'):filter('x > 1'):expl", { ":explain" })
end

function TestComplete.test_columns()
  local function columns(before, prefix)
    return names(before .. '"' .. prefix, #before + 1)
  end
  lu.assertEquals(columns("Sample.tab:column ", "a"), { "alpha" })
  lu.assertEquals(columns("Sample.tab:select(", ""), { "alpha", "beta" })
  lu.assertEquals(columns('Sample.tab:select("alpha", ', "b"), { "beta" })
  lu.assertEquals(columns("Sample.tab:sort(", "-b"), { "-beta" })
  lu.assertEquals(columns("muster.plot(Sample.tab, { x = ", "al"), { "alpha" })
  lu.assertEquals(columns("Sample.tab:write ", "a"), {})
  -- in expressions the last word, and functions too
  lu.assertEquals(columns("Sample.tab:filter(", "beta > 1 and alp"), { "beta > 1 and alpha" })
  lu.assertEquals(columns("Sample.tab:derive(", "x = cumsum(al"), { "x = cumsum(all", "x = cumsum(alpha" })
  lu.assertEquals(columns("Sample.tab:agg(", "n = count_d"), { "n = count_distinct" })
  lu.assertEquals(columns("Sample.tab:select(", "alpha, b"), {})
  lu.assertEquals(columns("muster.load ", "a"), {})
end

TestSpark = {}

local function counts(values, bins)
  return core.column_span(muster.table { v = values }:column "v", bins, false).counts
end

function TestSpark.test_marks()
  lu.assertEquals(counts({ 0, 1, 2, 3, 10 }, 5), { 2, 2, 0, 0, 1 })
  lu.assertEquals(spark.marks({ 8, 4, 1, 0 }, false), "@=. ")
  lu.assertEquals(spark.marks({ 800, 1 }, true), "█▁")
  lu.assertEquals(counts({ -1.7e308, 1.7e308 }, 2), { 1, 1 })
  lu.assertEquals(counts({ 5 }, 3), { 1, 0, 0 })
end

os.exit(lu.run())
