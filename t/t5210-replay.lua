-- muster.known_by: what is loaded is what was known, and nothing from before the call can be used any more.
--
-- A leak is a function that looks at what was known later. Each is run twice: before the call, where it has to work, and after it,
-- where it has to raise, and for that reason.
local lu = require "lu"
local d, q = muster.date, muster.quantity

local work = os.getenv "WORK" or os.tmpname():match "^(.*)/"
local DAY, LATER = d "2025-02-01", d "2025-02-02"

local function write(name, text)
  local f <close> = assert(io.open(work .. "/" .. name, "w"))
  f:write(text)
  return work .. "/" .. name
end

-- == files: claims of a made-up war, some known later, some undated ==

local rows, state = {}, 5
local function draw(k)
  state = (state * 1103515245 + 12345) % 2147483648
  return state // 65536 % k
end
for i = 1, 300 do
  local as_of = d "2024-11-01" + draw(150)
  rows[i] = {
    claim_id = "c" .. i, as_of = as_of, reported = as_of + draw(60), origin = "o" .. draw(5), best = 100 + draw(900),
    measure = draw(2) == 0 and "killed" or "wounded",
  }
end

local function csv_of(columns, undated)
  local lines = { table.concat(columns, ",") }
  for i, row in ipairs(rows) do
    local cells = {}
    for k, name in ipairs(columns) do
      cells[k] = tostring(row[name] or "")
      if undated and i % undated == 0 and name == "date" then
        cells[k] = ""
      end
    end
    lines[i + 1] = table.concat(cells, ",")
  end
  return table.concat(lines, "\n") .. "\n"
end

local plain = { "claim_id", "as_of", "reported", "origin", "measure", "best" }
local claims_csv = write("claims.csv", csv_of(plain))
local no_date_csv = write("undated.csv", csv_of { "claim_id", "origin", "measure", "best" })
for _, row in ipairs(rows) do
  row.date = row.reported
end
local date_csv = write("events.csv", csv_of({ "claim_id", "date", "origin", "measure", "best", "as_of" }, 7))
local kind_lines = { "claim_id,reported,as_of,origin,via,measure,basis,low,best,high,qualifier,contingent,location,credibility,url" }
for i, row in ipairs(rows) do
  kind_lines[i + 1] = table.concat({ row.claim_id, tostring(row.reported), tostring(row.as_of), row.origin, row.origin, row.measure,
    "cumulative", "", row.best, "", "about", "all", "kursk", 2, "https://example.org" }, ",")
end
local kind_csv = write("casualties.csv", table.concat(kind_lines, "\n") .. "\n")
muster.load(claims_csv):write(work .. "/claims.arrow")
muster.load(claims_csv):write(work .. "/claims.arrows")
muster.load(claims_csv, { cache = true })

local function known_ids(undated)
  local list = {}
  for i, row in ipairs(rows) do
    if row.reported <= DAY and not (undated and i % undated == 0) then
      list[#list + 1] = row.claim_id
    end
  end
  return list
end

local function ids_of(t)
  local list = t:column("claim_id"):values()
  list.n = nil
  return list
end

local loaders = {
  csv = function() return muster.load(claims_csv) end,
  several = function() return muster.load({ claims_csv }, { file = "file" }) end,
  cached = function() return muster.load(claims_csv, { cache = true }) end,
  arrow = function() return muster.load(work .. "/claims.arrow") end,
  arrows = function() return muster.load(work .. "/claims.arrows") end,
  kind = function() return muster.casualties(kind_csv, { sources = false, codebook = false }) end,
  schema = function() return muster.load(kind_csv, { schema = "casualties", sources = false, codebook = false }) end,
  scan = function() return muster.scan(claims_csv):table() end,
  chunks = function()
    local all
    for part in muster.scan(claims_csv):chunks() do
      all = all and all:union(part) or part
    end
    return all
  end,
  events = function() return muster.load(date_csv) end,
}

-- == leaks ==

local leaks = {}
local function leak(name, fn)
  leaks[#leaks + 1] = { name = name, fn = fn }
end

-- What can be done with a table; `fresh` loads one anew.
local function fresh()
  return muster.load(claims_csv)
end
local table_leaks = {
  rows = function(t) return #t end, first = function(t) return t[1] end, print = function(t) return tostring(t) end,
  names = function(t) return t:names() end, column = function(t) return t:column "best" end,
  format = function(t) return t:format { rows = 2 } end, take = function(t) return t:take { 1 } end, tail = function(t) return t:tail(1) end,
  with = function(t) return t:with("n", t:column "best") end, where = function(t) return t:where(1) end,
  filter = function(t) return t:filter "best > 1" end, filter_lua = function(t) return t:filter(function() return true end) end,
  select = function(t) return t:select "best" end, rename = function(t) return t:rename "n = best" end,
  derive = function(t) return t:derive "n = len(claim_id) + 1" end, agg = function(t) return t:agg "n = sum(len(claim_id))" end,
  group_by = function(t) return t:group_by "origin" end, sort = function(t) return t:sort "best" end,
  distinct = function(t) return t:distinct "origin" end, head = function(t) return t:head(1) end,
  join = function(t) return t:join(fresh(), { on = "claim_id" }) end, joined = function(t) return fresh():join(t, { on = "claim_id" }) end,
  semi = function(t) return fresh():join(t, { on = "claim_id", how = "semi" }) end,
  asof_join = function(t) return fresh():asof_join(t, { time = "as_of", by = "origin" }) end,
  union = function(t) return t:union(fresh()) end, united = function(t) return fresh():union(t) end,
  pivot = function(t) return t:select("claim_id", "measure", "best"):pivot { id = "claim_id", names = "measure", values = "best" } end,
  unpivot = function(t) return t:unpivot { "best" } end, sample = function(t) return t:sample(2) end,
  resample = function(t) return t:resample("as_of", "month", "n = count()") end, explain = function(t) return t:explain() end,
  loop = function(t) return t:rows()() end, write = function(t) t:write(work .. "/out.csv") end,
  write_arrow = function(t) t:write(work .. "/out.arrow") end, kind = function(t) return t:kind() end,
  known_by = function(t) return t:known_by(DAY) end, as_of = function(t) return t:as_of "2024-12-01" end,
  ledger = function(t) return t:agg("n = count()"):with("origin", { "o1" }):union(t:head(1):select "origin") end,
  binding = function(t) return fresh():filter("claim_id in $ids", { ids = t:column "claim_id" }) end,
  new_column = function(t) return muster.table { best = t:column "best" } end,
  plot = function(t) return muster.plot(t, { x = "as_of", y = "best" }):point():script() end,
}
local olds = {}
for name, load in pairs(loaders) do
  local t = load()
  for what, fn in pairs {
    whole = function() return t end, some = function() return t:head(20) end, sorted = function() return t:sort "as_of" end,
  } do
    olds[name .. " " .. what] = fn()
  end
end
for name, t in pairs(olds) do
  for what, fn in pairs(table_leaks) do
    leak(name .. ": " .. what, function() return fn(t) end)
  end
end

-- Columns and groups and scans that somebody has kept.
for name, t in pairs(olds) do
  local column, groups = t:column "best", t:group_by "origin"
  for what, fn in pairs {
    value = function() return column[1] end, values = function() return column:values() end, length = function() return #column end,
    type = function() return column:type() end, missing = function() return column:missing() end, text = function() return tostring(column) end,
    with = function() return fresh():head(#t):with("n", column) end,
    agg = function() return groups:agg "n = count()" end, derive = function() return groups:derive "n = count()" end,
    filter = function() return groups:filter "claim_id == max(claim_id)" end, show = function() return tostring(groups) end,
    resample = function() return groups:resample("as_of", "month", "n = count()") end,
  } do
    leak(name .. ": kept " .. what, fn)
  end
end
local scans = {
  scan = muster.scan(claims_csv), filtered = muster.scan(claims_csv):filter "best > 200",
  derived = muster.scan(date_csv):derive "n = len(claim_id) + 1", lua = muster.scan(claims_csv):filter(function() return true end),
}
for name, scan in pairs(scans) do
  for what, fn in pairs {
    count = function() return scan:count() end, all = function() return scan:table() end, show = function() return tostring(scan) end,
    agg = function() return scan:agg "n = sum(len(claim_id))" end, chunks = function() return scan:chunks()() end, rows = function() return scan:rows()() end,
    filter = function() return scan:filter "best > 1" end, select = function() return scan:select "best" end, head = function() return scan:head(1) end,
    derive = function() return scan:derive "m = len(claim_id)" end, with = function() return scan:with("m", function(t) return t:column "best" end) end,
    group_by = function() return scan:group_by "origin" end, names = function() return scan:names() end, explain = function() return scan:explain() end,
    write = function() scan:write(work .. "/out.csv") end, ledger = function() return scan:ledger() end, faults = function() return scan:faults() end,
  } do
    leak(name .. " scan: " .. what, fn)
  end
  local groups = scan:group_by "origin"
  leak(name .. " scan: groups", function() return groups:agg "n = count()" end)
end

-- Half-way through a loop when the day is set: a file of several parts for that.
local long_csv = write("long.csv", "id,reported\n" .. ("1,2025-03-01\n"):rep(2600000))
local next_part = muster.scan(long_csv):chunks()
next_part()
leak("the next part of a scan", function() return next_part() or error("too short", 0) end)
local next_row = fresh():rows()
leak("the next row of a table", function() return next_row() end)
local plot = muster.plot(fresh(), { x = "as_of", y = "best" }):point()
leak("a plot", function() return plot:script() end)
local audit = muster.audit(nil, loaders.kind())
leak("the conflicts of an audit", function() return #audit.conflicts end)
leak("the text of an audit", function() return audit:text { limit = 1 } end)
leak("an audit that is printed", function() return tostring(audit) end)
local data = muster.dataset "dprk"
local kept = #data.casualties
leak("a field of a data set", function() return #data.casualties == kept end)

-- Days that come later, in all that takes a day of knowledge.
local function later(name, fn)
  leaks[#leaks + 1] = { name = name, fn = fn }
end
for k = 0, 19 do
  local day = LATER + k * k
  later("a later day", function() return k == 0 and not muster.known_by() or muster.known_by(day) end)
  later("a later day, as text", function() return not muster.known_by() or muster.known_by(tostring(day)) end)
  later("known by a later day", function() return fresh():known_by(day) end)
  later("of a later day", function() return fresh():as_of(day) end)
  later("of a later span", function() return fresh():as_of(DAY, day) end)
  if k % 10 == 0 then          -- a curve takes a second
    later("the regret of a later day", function()
      return muster.regret.curve(loaders.kind(), { measure = "killed", of = day })
    end)
  end
  later("claims known by a later day", function()
    return muster.evidence.claims(loaders.kind(), { known_by = day })
  end)
end
-- These ask before the call whether there is one, and set nothing.
for _, one in ipairs(leaks) do
  if one.name:find "^a later day" then
    local day = LATER
    one.fn = function() return muster.known_by() == nil or muster.known_by(day) end
  end
end
leak("a readme", function() return muster.dataset("dprk").readme end)

-- == before, and after ==

local expected = { known = known_ids(), dated = known_ids(7) }
local before_failed = {}
for _, one in ipairs(leaks) do
  local ok, why = pcall(one.fn)
  if not ok then
    before_failed[#before_failed + 1] = one.name .. ": " .. tostring(why)
  end
end
-- those two have gone one step further
local whole = { sources = #muster.dataset("dprk").sources, norms = #muster.dataset("dprk").legal_norms, all = #fresh() }
local given = muster.known_by()
muster.known_by(DAY)

function TestReplay_0_the_leaks_work_before()
  lu.assertEquals(table.concat(before_failed, "\n"), "")
  lu.assertTrue(#leaks >= 1000, #leaks .. " leaks")
  lu.assertNil(given)
end

function TestReplay_1_every_leak_raises()
  local through, other = {}, {}
  for _, one in ipairs(leaks) do
    local ok, why = pcall(one.fn)
    if ok then
      through[#through + 1] = one.name
    elseif not tostring(why):find("muster.known_by '2025-02-01'", 1, true) then
      other[#other + 1] = one.name .. ": " .. tostring(why)
    end
  end
  lu.assertEquals(table.concat(through, "\n"), "")
  lu.assertEquals(table.concat(other, "\n"), "")
end

function TestReplay_what_is_known_is_all_that_is_loaded()
  for name, load in pairs(loaders) do
    lu.assertEquals(ids_of(load()), name == "events" and expected.dated or expected.known, name)
  end
  lu.assertTrue(#expected.known > 50 and #expected.known < 250)
end

function TestReplay_scans()
  local scan = muster.scan(claims_csv)
  lu.assertEquals(scan:count(), #expected.known)
  lu.assertEquals(ids_of(scan:select("claim_id"):table()), expected.known)
  lu.assertEquals(ids_of(scan:filter(function() return true end):table()), expected.known)
  lu.assertEquals(scan:names(), plain)
  local sum, by_hand = scan:agg("n = sum(best)"):column("n")[1], 0
  for _, row in ipairs(rows) do
    by_hand = by_hand + (row.reported <= DAY and row.best or 0)
  end
  lu.assertEquals(sum, by_hand)
  lu.assertEquals(scan:group_by("origin"):agg("n = count()"):agg("n = sum(n)"):column("n")[1], #expected.known)
  lu.assertEquals(scan:ledger().held_back, whole.all - #expected.known)
  lu.assertEquals(muster.scan(long_csv):count(), 0)
  -- as its ending, `head` stops before the rest is looked at
  lu.assertEquals(#scan:head(3):table(), 3)
end

-- The ledger is that of the file; what is held back is counted beside it. Rows keep their lines.
function TestReplay_nothing_is_lost()
  local t = fresh()
  local ledger = t:ledger()
  lu.assertEquals({ ledger.rows_read, ledger.rows_kept, ledger.held_back }, { whole.all, whole.all, whole.all - #expected.known })
  for i, row in t:rows() do
    local _, line = t:where(i)
    lu.assertEquals(row.claim_id, "c" .. line - 1)
  end
end

function TestReplay_timeless()
  local dprk = muster.dataset "dprk"
  lu.assertEquals({ #dprk.sources, #dprk.legal_norms }, { whole.sources, whole.norms })
  lu.assertEquals({ #muster.load(no_date_csv), #muster.load(no_date_csv, { timeless = true }) }, { 0, whole.all })
  lu.assertEquals({ muster.scan(no_date_csv):count(), muster.scan(no_date_csv, { timeless = true }):count() }, { 0, whole.all })
  -- a kind with dates, none of which says when something became known
  local schema = write("convoys.lua", "return { name = 'convoys', help = 'h', columns = { { 'day', 'date' } } }")
  local csv = write("convoys.csv", "day\n2020-01-01\n")
  lu.assertEquals({ #muster.load(csv, { schema = schema }), #muster.load(csv, { schema = schema, timeless = true }) }, { 0, 1 })
end

-- A table made in Lua is the script's own, until it is read as a kind.
function TestReplay_tables_of_lua()
  local t = muster.load(kind_csv, { timeless = true })
  lu.assertEquals(#t, whole.all)
  lu.assertEquals(#muster.casualties(t, { sources = false, codebook = false }), #expected.known)
end

function TestReplay_earlier_still()
  lu.assertEquals(muster.known_by(), DAY)
  local t = fresh()
  -- the same day is no new one
  lu.assertEquals(muster.known_by(tostring(DAY)), DAY)
  lu.assertEquals(#t, #expected.known)
end

-- What was written down is the script's own: figures, days, Lua tables.
function TestReplay_values_stay()
  lu.assertEquals(q { best = 3 }.low, 3)
  lu.assertEquals(kept > 0, true)
end

-- The last, since it goes further back: tables of the first age and of the second are both refused.
function TestReplay_z_a_day_before()
  local t = fresh()
  muster.known_by(DAY - 20)
  lu.assertErrorMsgContains("muster.known_by '2025-01-12'", function() return #t end)
  lu.assertErrorMsgContains("2025-02-01 is later", muster.known_by, DAY)
  lu.assertTrue(#fresh() < #expected.known)
end

os.exit(lu.run())
