-- Where a figure became a number, the table says by which policy: through every verb, in print and in files.
local lu = require "lu"
local q = muster.quantity
local WORK = os.getenv "WORK"

local function claims()
  return muster.table({
    { id = 1, g = "a", day = muster.date "2025-01-01", figure = q { qualifier = "range", low = 10, high = 12 } },
    { id = 2, g = "b", day = muster.date "2025-02-01", figure = q { best = 4 } },
  }, { "id", "g", "day", "figure" })
end

local NOTE = "by the policy 'midpoint': n = point(figure, 'midpoint')"
local function noted() return claims():derive "n = point(figure, 'midpoint')" end

function TestNotes_where_they_begin()
  lu.assertEquals(claims():notes(), {})
  lu.assertEquals(claims():derive("n = low(figure)", "m = 'point'"):notes(), {})
  local cases = {
    { noted(), NOTE },
    { claims():filter "point(figure, 'floor') > 5", "by the policy 'floor': point(figure, 'floor') > 5" },
    { claims():agg "n = sum(point(figure, 'ucdp'))", "by the policy 'ucdp': n = sum(point(figure, 'ucdp'))" },
    { claims():group_by("g"):agg "n = sum(point(figure, 'acled'))", "by the policy 'acled': n = sum(point(figure, 'acled'))" },
    { claims():group_by("p = point(figure, 'floor')"):agg "n = count()", "by the policy 'floor': p = point(figure, 'floor')" },
    { claims():group_by("g"):derive "n = sum(point(figure, 'floor'))", "by the policy 'floor': n = sum(point(figure, 'floor'))" },
    { claims():group_by("g"):filter "max(point(figure, 'floor')) > 1", "by the policy 'floor': max(point(figure, 'floor')) > 1" },
    { claims():derive("n = point(figure, $how)", { how = "ceiling" }), "by the policy 'ceiling': n = point(figure, $how)" },
    { claims():derive("how = if(id == 1, 'floor', 'stated')"):derive "n = point(figure, how)",
      "by the policy 'of each row': n = point(figure, how)" },
    { claims():resample("day", "month", "n = sum(point(figure, 'floor'))"), "by the policy 'floor': n = sum(point(figure, 'floor'))" },
    { claims():derive { n = "1 + point(figure,\n 'floor')" }, "by the policy 'floor': n = 1 + point(figure, 'floor')" },
  }
  for k, case in ipairs(cases) do
    lu.assertEquals(case[1]:notes(), { case[2] }, "case " .. k)
  end
end

function TestNotes_travel()
  local t = noted()
  local other = muster.table({ { g = "a", x = 1 } }, { "g", "x" })
  local cases = {
    t:filter "id > 0", t:sort "-n", t:select "n", t:rename "m = n", t:rename("m = n"):derive "k = m * 2", t:distinct "g", t:head(1),
    t:tail(1), t:take { 1 }, t:sample(1), t:with("z", { 1, 2 }), t:join(other, "g"), other:join(t, "g"), t:union(claims()),
    claims():union(t), t:agg "s = sum(n)", t:group_by("g"):agg "s = sum(n)", t:group_by("g"):derive "s = sum(n)",
    t:group_by("g"):filter "n == max(n)", t:resample("day", "month", "s = sum(n)"), t:group_by("g"):resample("day", "month", "s = sum(n)"),
    t:select("id", "g", "n"):pivot { id = "id", names = "g", values = "n" }, t:select("id", "n"):unpivot { "n" },
    t:asof_join(muster.table { { day = muster.date "2024-01-01", w = 1 } }, { time = "day" }),
    t:filter(function(row) return row.id == 1 end),
  }
  for k, u in ipairs(cases) do
    lu.assertEquals(u:notes(), { NOTE }, "case " .. k)
  end
  lu.assertEquals(claims():notes(), {})
  local both = t:derive "c = point(figure, 'ceiling')"
  lu.assertEquals(#both:notes(), 2)
  lu.assertEquals(#t:notes(), 1)
end

function TestNotes_are_printed()
  lu.assertStrContains(tostring(noted()), "\n" .. NOTE)
  lu.assertNotStrContains(tostring(claims()), "policy")
  lu.assertEquals(tostring(noted():agg "s = sum(n)"):match "[^\n]*$", NOTE)
end

function TestNotes_in_files()
  for _, format in ipairs { "arrow", "arrows" } do
    local path = WORK .. "/noted." .. format
    noted():write(path)
    lu.assertEquals(muster.load(path):notes(), { NOTE }, format)
    lu.assertEquals(muster.load(path):filter("id == 1"):notes(), { NOTE }, format)
    claims():write(path)
    lu.assertEquals(muster.load(path):notes(), {})
  end
end

-- CSV and JSON have no place for it: it is told where the table is written.
function TestNotes_of_formats_that_cannot()
  local script = WORK .. "/write.lua"
  local file <close> = assert(io.open(script, "w"))
  file:write [[local t = muster.table{ { f = muster.quantity{ best = 3 } } }:derive "n = point(f, 'floor')"
    t:select("n"):write(arg[1])]]
  file:close()
  for _, format in ipairs { "csv", "json", "jsonl" } do
    local pipe = assert(io.popen(("%s run %s %s/out.%s 2>&1"):format(os.getenv "MUSTER", script, WORK, format)))
    local said = pipe:read "a"
    pipe:close()
    lu.assertStrContains(said, "out." .. format .. " does not say it: by the policy 'floor': n = point(f, 'floor')")
  end
end

function TestNotes_of_scans()
  local path = WORK .. "/scan.arrow"
  claims():write(path)
  local csv = WORK .. "/scan.csv"
  muster.table({ { a = 1 }, { a = 2 } }):write(csv)
  local scan = muster.scan(csv):derive "n = point(quantity(a, a + 2), 'midpoint')"
  local want = "by the policy 'midpoint': n = point(quantity(a, a + 2), 'midpoint')"
  lu.assertEquals(scan:table():notes(), { want })
  lu.assertEquals(scan:group_by("a"):agg("s = sum(n)"):notes(), { want })
  for t in scan:chunks() do
    lu.assertEquals(t:notes(), { want })
  end
end

os.exit(lu.run())
