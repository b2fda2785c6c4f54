-- muster-query.lua memory FILE UNITS OUT NAMES REPS, or scan FILE - the queries of make bench-query by muster itself
local core = require "muster.core"
local task, file, units, out, list, reps = table.unpack(arg)
local wanted = "date >= date '2024-01-01' and credibility <= 3"
local best = { "n = count(best)", "s = sum(best)", "m = mean(best)" }

local function say(name, ...)
  local words = { ... }
  for k, x in ipairs(words) do
    words[k] = ("%d"):format(x + 0.0 == x and math.tointeger(x) or x)
  end
  print("is " .. name .. " " .. table.concat(words, " "))
end

-- The rows of a result and the values of some aggregates of it.
local function of(t, ...)
  local definitions, values = {}, { #t }
  for k, text in ipairs { ... } do
    definitions[k] = ("x%d = %s"):format(k, text)
  end
  local found = t:agg(table.unpack(definitions))
  for k = 1, #definitions do
    values[k + 1] = found:column("x" .. k)[1]
  end
  return table.unpack(values)
end

local function groups(t)
  return of(t, "sum(n)", "sum(s)", "sum(s * s)", "round(sum(m * n))")
end

-- At 101 places from the first row to the last.
local function places(t, ...)
  local columns, sum = {}, 0
  for i, name in ipairs { ... } do
    columns[i] = t:column(name)
  end
  for k = 0, 100 do
    for _, c in ipairs(columns) do
      sum = sum + (k + 1) * c[k * (#t - 1) // 100 + 1]
    end
  end
  return #t, sum
end

if task == "scan" then
  local t = muster.scan(file):filter(wanted):group_by("source", "measure"):agg(table.unpack(best))
  say("scan", groups(t))
  return
end

local t, u = muster.load(file), muster.load(units)

local function by(...)
  local keys = { ... }
  return { function() return t:group_by(table.unpack(keys)):agg(table.unpack(best)) end, groups }
end

local function value(r)
  return r:column("x")[1]
end

local function written(name)
  return function()
    return of(muster.load(name), "sum(best)", "sum(round(lat * 1e5))", "n_missing(note)")
  end
end

local function write(name)
  return { function() t:write(name) return {} end, written(name) }
end

local queries = {
  filter = { function() return t:filter(wanted) end, function(r) return of(r, "sum(best)", "sum(event_id)") end },
  filter_sum = { function() return t:filter(wanted):agg("x = sum(best)") end, value },
  group_source = by("source"),
  group_measure = by("source", "measure"),
  group_unit = by("unit"),
  group_month = by("source", "month = date_trunc('month', date)"),
  join_agg = { function() return t:join(u, "unit"):group_by("branch", "parent"):agg("n = count(best)", "s = sum(best)") end,
    function(r) return of(r, "sum(n)", "sum(s)", "sum(s * s)") end },
  join_keep = { function() return t:join(u, "unit"):select("event_id", "best", "branch", "strength") end,
    function(r) return of(r, "sum(event_id)", "sum(best * strength)") end },
  sort_all = { function() return t:sort("date", "event_id") end, function(r) return places(r, "event_id", "best") end },
  sort_two = { function() return t:sort("date", "event_id"):select("event_id", "date") end,
    function(r) return places(r, "event_id") end },
  distinct_unit = { function() return t:agg("x = count_distinct(unit)") end, value },
  distinct_note = { function() return t:agg("x = count_distinct(note)") end, value },
  cumsum = { function() return t:derive("c = cumsum(best) over (source order date)"):select("event_id", "c") end,
    function(r) return of(r, "sum(c)") end },
  write_csv = write(out .. "/muster.csv"),
  write_arrow = write(out .. "/muster.arrow"),
}
for name in list:gmatch "[^,]+" do
  local run, check = table.unpack(queries[name])
  local ms, spent, result, fine, message = {}, 0, nil, true, nil
  while fine and #ms < tonumber(reps) and (#ms < 2 or spent < 4000) do
    result = nil
    collectgarbage()
    local start = core.clock()
    fine, message = pcall(function()
      result = run()
      return #result  -- a Table is run when somebody looks
    end)
    ms[#ms + 1] = ("%.3f"):format((core.clock() - start) * 1000)
    spent = spent + ms[#ms]
  end
  if fine then
    print("ms " .. name .. " " .. table.concat(ms, " "))
    fine, message = pcall(function() say(name, check(result)) end)
  end
  if not fine then
    print("no " .. name .. " " .. tostring(message):gsub("\n.*", ""))
  end
  result = nil
  os.remove(out .. "/muster.csv")
  os.remove(out .. "/muster.arrow")
end
