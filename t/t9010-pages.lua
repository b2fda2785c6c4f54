-- What is made from the lists of functions: the page of operators and functions, and the LuaCATS file for editors.
local lu = require "lu"
local core = require "muster.core"
local cats = require "muster.base.cats"
local pages = require "muster.base.pages"
local registry = require "muster.base.registry"

local root = os.getenv "ROOT" or (os.getenv "T" or "t") .. "/.."
local page = pages.functions()

local function committed(path)
  local f <close> = assert(io.open(root .. "/" .. path, "rb"))
  return f:read "a"
end

-- The first line that differs, which says more than two whole files.
local function same_lines(given, wanted, path)
  local n, next_given = 0, given:gmatch "([^\n]*)\n"
  for line in wanted:gmatch "([^\n]*)\n" do
    n = n + 1
    lu.assertEquals(next_given(), line, ("%s:%d is out of date: make pages"):format(path, n))
  end
  lu.assertTrue(given == wanted, path .. " is out of date: make pages")
end

function TestPages_functions_are_current()
  same_lines(committed "docs/manual/functions.md", page, "docs/manual/functions.md")
end

function TestPages_types_are_current()
  same_lines(committed "lua/types/muster.lua", cats.text(), "lua/types/muster.lua")
end

-- Every example of the language runs and gives something; a missing value only where the help speaks of it.
for i, op in ipairs(core.operators()) do
  _G[("TestPages_example_%03d_of_%s"):format(i, op.name:gsub("%W", "_"))] = function()
    local text = pages.result(op, pages.sample())
    lu.assertTrue(#text > 0)
    lu.assertFalse(text == "missing", op.example)
    lu.assertStrContains(page:gsub("\\|", "|"), "`" .. op.example .. "`")
  end
end

-- The table of the language's functions names those that there are, each once.
function TestPages_functions_of_models()
  local rows = committed("docs/manual/model-language.md"):match "\n## Functions\n.-\n|%-%-%-|%-%-%-|\n(.-)\n\n"
  local written, known = {}, {}
  for row in rows:gmatch "[^\n]+" do
    for name in row:match("^|([^|]*)|"):gmatch "`([%w_]+)%(" do
      lu.assertNil(written[name], name .. " stands there twice")
      written[name] = true
    end
  end
  for _, f in ipairs(core.model_functions()) do
    known[f.name] = true
  end
  lu.assertEquals(written, known)
end

-- The file is Lua, and running it leaves every listed function where a script finds it.
function TestTypes_is_lua()
  local env = {}
  local text = cats.text():gsub("\nlocal (%u%w+) = {}", "\n%1 = {}")
  assert(load(text, "=types", "t", env))()
  for _, record in ipairs(registry.list) do
    local value = env
    for part in record.name:gmatch "[%w_]+" do
      value = value and value[part]
    end
    lu.assertNotNil(value, record.name)
  end
end

-- One ---@param for each argument in its order, and every type in them is one of Lua's or declared.
function TestTypes_are_declared()
  local known = {}
  for name in ("any nil boolean string number integer function table fun self"):gmatch "%a+" do
    known[name] = true
  end
  local text = cats.text()
  for name in text:gmatch "\n%-%-%-@class ([%w_.]+)" do
    lu.assertNil(known[name], name .. " is declared twice")
    known[name] = true
  end
  local unknown = {}
  for kind in text:gmatch "\n%-%-%-@%a+ [%w_.]+%?? ([^\n]+)" do
    kind = kind:gsub('"[^"]*"', ""):gsub("[%w_]+%??:", "")
    for name in (kind:match "^[{}%[%]|,?%w_.: ()]*" or ""):gmatch "%f[%w_][%w_]+" do
      if name:find "^%u" and not known[name] then
        unknown[#unknown + 1] = name
      end
    end
  end
  lu.assertEquals(unknown, {})
end

-- The fields that the file says a value has are there, and the classes are those of the program.
function TestTypes_fields_are_there()
  local day = muster.date "2025-01-13"
  local model, observed = muster.model "theta ~ beta(1, 1); k ~ binomial(n, theta)", { k = 1, n = 2 }
  local samples = { Dataset = muster.dataset "dprk", Date = day, Datetime = muster.datetime "2025-01-13T08:00Z",
    Quantity = muster.quantity { qualifier = "exact", best = 0.4, measure = "killed", basis = "cumulative", base = "deployed",
      unit = "persons", since = day, as_of = day },
    Audit = muster.audit(nil, muster.casualties(root .. "/datasets/dprk/casualties.csv")),
    Model = model, Matrix = muster.matrix(muster.table { x = { 1, 2 } }, { "x" }), Optimum = model:optimize { data = observed },
    Fit = model:prior { data = observed, draws = 5 },
    Calibration = muster.calibrate(model, { data = observed, worlds = 2, draws = 3, warmup = 20 }),
    Draws = muster.draws { chains = { { mu = { 1.0, 2.0 } } } },
    Loo = muster.loo(muster.draws { chains = { { ["y[1]"] = { -1.0, -2.0, -1.5 }, ["y[2]"] = { -1.0, -0.5, -2.0 } } } }) }
  local declared = {}
  for _, class in ipairs(cats.classes) do
    declared[class[1]] = true
    for k = 3, #class do
      local field = class[k]:match "^field ([%a_]+)"
      if field then
        lu.assertNotNil(samples[class[1]][field], class[1] .. "." .. field)
      end
    end
  end
  for name in pairs(core.classes) do
    lu.assertTrue(declared[name], name)
  end
end

-- A function that is a module too can be called and has fields.
function TestTypes_modules_that_can_be_called()
  local text = cats.text()
  lu.assertStrContains(text, "---@class muster.captures\n---@overload fun(path: ")
  lu.assertStrContains(text, "function muster.captures.rate(")
  lu.assertNil(text:find("function muster.captures(", 1, true))
end

os.exit(lu.run())
