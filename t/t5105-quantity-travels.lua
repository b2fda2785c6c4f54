-- A quantity keeps what it says through every verb and file: bounds, kind, number as printed, codes, unit, days.
local lu = require "lu"
local q, d = muster.quantity, muster.date
local WORK = os.getenv "WORK"

local FIELDS = { "low", "high", "stated", "kind", "measure", "basis", "base", "unit", "since", "as_of" }

local function said(figure)
  local list = {}
  for k, name in ipairs(FIELDS) do
    list[k] = name .. "=" .. tostring(figure[name])
  end
  return table.concat(list, " ")
end

local FIGURES = {
  q { qualifier = "more_than", best = 3000, measure = "killed", basis = "cumulative", as_of = "2025-01-13" },
  q { qualifier = "range", low = 10000, high = 12000, measure = "dispatched", basis = "increment", since = "2024-10-08",
      as_of = d "2024-10-13" },
  q { qualifier = "about", best = 0.4, measure = "killed", basis = "cumulative", base = "deployed", as_of = "2025-02-01" },
  q { qualifier = "nearly", best = 540000000, unit = "USD", since = "2023-01-01", as_of = "2023-12-31" },
  q { qualifier = "up_to", best = 2000, measure = "in_combat", basis = "stock" },
  q { qualifier = "exact", best = 7 },
}

local function rows()
  local list = {}
  for k, figure in ipairs(FIGURES) do
    list[k] = { id = k, side = k % 2, figure = figure }
  end
  list[#list + 1] = { id = #list + 1, side = 1 }
  return muster.table(list, { "id", "side", "figure" })
end

local function check(t, what)
  local seen = 0
  for i = 1, #t do
    local figure = FIGURES[t[i].id]
    lu.assertEquals(t[i].figure and said(t[i].figure), figure and said(figure), what .. ", id " .. t[i].id)
    seen = seen + 1
  end
  return seen
end

function TestTravels_fields()
  lu.assertEquals(said(FIGURES[2]), "low=10000.0 high=12000.0 stated=nil kind=range measure=dispatched basis=increment base=nil "
    .. "unit=nil since=2024-10-08 as_of=2024-10-13")
  lu.assertEquals(tostring(FIGURES[4]), "nearly 540,000,000 USD")
  lu.assertErrorMsgContains("2024-13-01", function() return q { best = 1, as_of = "2024-13-01" } end)
end

-- What a figure says is asked in expressions as it is in Lua.
function TestTravels_functions()
  local t = rows():derive("unit = unit(figure)", "since = since(figure)", "as_of = as_of(figure)")
  for i, row in t:rows() do
    local figure = FIGURES[i]
    lu.assertEquals({ row.unit or 0, row.since or 0, row.as_of or 0 },
      { figure and figure.unit or 0, figure and figure.since or 0, figure and figure.as_of or 0 }, "row " .. i)
  end
  lu.assertEquals(t:column "unit":missing(), 6)
  lu.assertEquals(t:column "since":missing(), 5)
  lu.assertEquals(t:column "as_of":missing(), 3)
end

function TestTravels_verbs()
  local t = rows()
  local all = #FIGURES + 1
  lu.assertEquals(check(t, "table"), all)
  lu.assertEquals(check(t:filter "id > 1", "filter"), all - 1)
  lu.assertEquals(check(t:filter(function(row) return row.id > 1 end), "filter by a function"), all - 1)
  lu.assertEquals(check(t:sort "-id", "sort"), all)
  lu.assertEquals(check(t:sort "figure", "sort by it"), all)
  lu.assertEquals(check(t:head(3), "head"), 3)
  lu.assertEquals(check(t:union(t), "union"), 2 * all)
  lu.assertEquals(check(t:select("id", "figure"), "select"), all)
  lu.assertEquals(check(t:derive "figure = figure", "derive"), all)
  lu.assertEquals(check(t:derive "figure = if(id > 3, figure, figure)", "choice"), all)
  lu.assertEquals(check(t:derive "figure = coalesce(figure, figure)", "coalesce"), all)
  lu.assertEquals(check(t:distinct "id", "distinct"), all)
  lu.assertEquals(check(t:join(muster.table { { side = 1 }, { side = 0 } }, "side"), "join"), all)
  lu.assertEquals(check(muster.table({ { side = 1 }, { side = 0 } }, { "side" }):join(t, "side"), "join from the right"), all)
  lu.assertEquals(check(t:group_by "id":agg("figure = first(figure)"), "first"), all)
  for _, name in ipairs { "sum", "min", "max", "last" } do
    local u = t:filter "not is_missing(figure)":group_by "id":agg(("figure = %s(figure)"):format(name))
    lu.assertEquals(check(u, name .. " of one"), all - 1)
  end
  lu.assertEquals(check(t:derive("before = lag(figure)"):select("id", "figure"), "beside a window"), all)
  local after = t:derive("figure = lag(figure)"):filter "id > 1":derive "id = id - 1"
  lu.assertEquals(check(after, "lag"), all - 1)
end

function TestTravels_files()
  local t = rows()
  for _, format in ipairs { "arrow", "arrows" } do
    local path = WORK .. "/t." .. format
    t:write(path)
    lu.assertEquals(check(muster.load(path), format), #t)
  end
  t:write(WORK .. "/t.json")
  local file <close> = assert(io.open(WORK .. "/t.json"))
  local text = file:read "a"
  lu.assertStrContains(text, '"kind":"range","measure":"dispatched","basis":"increment","base":null,"since":"2024-10-08","as_of":"2024-10-13"}')
  lu.assertStrContains(text, '"unit":"USD","since":"2023-01-01","as_of":"2023-12-31"}')
  lu.assertStrContains(text, '"stated":7,"kind":"exact","measure":null,"basis":null,"base":null}')
  t:write(WORK .. "/t.csv")
  local csv <close> = assert(io.open(WORK .. "/t.csv"))
  lu.assertStrContains(csv:read "a", "about 40 % of deployed")
end

-- Two figures that say the same of two days are one key, and the key is of no day.
function TestTravels_as_a_key()
  local function on(day) return { f = q { best = 5, measure = "killed", as_of = day } } end
  local t = muster.table { on "2025-01-01", on "2025-02-01" }
  local g = t:group_by "f":agg "n = count()"
  lu.assertEquals(#g, 1)
  lu.assertEquals(g[1].n, 2)
  lu.assertEquals(g[1].f.measure, "killed")
  lu.assertTrue(t[1].f == t[2].f)
  lu.assertFalse(t[1].f == q { best = 5, measure = "killed", unit = "USD" })
end

-- Written before figures had a unit and days.
function TestTravels_older_files()
  local t = muster.load(os.getenv "T" .. "/arrow/quantity-0.1.arrow")
  lu.assertEquals(said(t[1].figure), "low=3001.0 high=inf stated=3000.0 kind=more_than measure=killed basis=cumulative base=nil "
    .. "unit=nil since=nil as_of=nil")
  lu.assertNil(t[2].figure)
  lu.assertEquals(t[3].figure.base, "deployed")
  t:write(WORK .. "/new.arrow")
  lu.assertEquals(said(muster.load(WORK .. "/new.arrow")[3].figure), said(t[3].figure))
end

function TestTravels_claims()
  local path = WORK .. "/casualties.csv"
  local file = assert(io.open(path, "w"))
  file:write("claim_id,reported,since,as_of,origin,via,measure,basis,low,best,high,qualifier,contingent,location,credibility,url,flags,note\n",
    "a,2025-01-14,2024-12-01,2025-01-13,x,x,killed,cumulative,,300,,about,all,kursk,2,u,,\n")
  file:close()
  local t = muster.casualties(path, { sources = false })
  lu.assertEquals(tostring(t[1].figure.since), "2024-12-01")
  lu.assertEquals(tostring(t[1].figure.as_of), "2025-01-13")
end

os.exit(lu.run())
