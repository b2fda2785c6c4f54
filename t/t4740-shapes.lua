-- pivot, unpivot and resample against what they are by definition.
local lu = require "lu"
local naive = require "naive"

-- == pivot and unpivot ==================================================================================

local function text(v)
  return v == nil and "missing" or type(v) == "string" and v or tostring(v)
end

local function pivot(N, id, names, values)
  local rows, row_of = naive.groups(N, id)
  local columns, column_of = naive.groups(N, { names })
  local out = { names = table.move(id, 1, #id, 1, {}), rows = {} }
  local taken, called = {}, {}
  for _, name in ipairs(id) do
    taken[name] = true
  end
  for c, group in ipairs(columns) do
    local base = text(N.rows[group[1]][names])
    base = base == "" and "column_" .. #out.names + 1 or base
    local name, n = base, 1
    while taken[name] do
      n = n + 1
      name = base .. "_" .. n
    end
    out.names[#out.names + 1], taken[name], called[c] = name, true, name
  end
  for r, group in ipairs(rows) do
    out.rows[r] = {}
    for _, name in ipairs(id) do
      out.rows[r][name] = N.rows[group[1]][name]
    end
  end
  for i, row in ipairs(N.rows) do
    out.rows[row_of[i]][called[column_of[i]]] = row[values]
  end
  return out
end

function TestShapes_pivot()
  for _, n in ipairs { 0, 1, 2, 50, 400, 3000 } do
    for seed = 1, n < 1000 and 4 or 1 do
      local N, T = naive.random(seed + n, n)
      for _, c in ipairs { { { "i" }, "s", "w" }, { { "i", "b" }, "s", "q" }, { { "w" }, "i", "x" }, { { "d" }, "b", "t" }, { { "s" }, "i", "d" },
        { { "t", "s" }, "d", "i" } } do
        local id, names, values = c[1], c[2], c[3]
        local keys = table.move(id, 1, #id, 1, {})
        keys[#keys + 1] = names
        naive.same(T:distinct(table.unpack(keys)):pivot { id = id, names = names, values = values },
          pivot(naive.distinct(N, keys), id, names, values), ("seed %d, %d rows by %s"):format(seed, n, names))
      end
    end
  end
end

function TestShapes_unpivot()
  for _, n in ipairs { 0, 1, 3, 700, 3000 } do
    local N, T = naive.random(n, n)
    for _, c in ipairs { { { "i", "x", "big" }, true }, { { "s", "w" } }, { { "d" } }, { { "q" } } } do
      local columns, out = c[1], { names = {}, rows = {} }
      for _, name in ipairs(N.names) do
        local moved = false
        for _, column in ipairs(columns) do
          moved = moved or column == name
        end
        if not moved then
          out.names[#out.names + 1] = name
        end
      end
      for _, row in ipairs(N.rows) do
        for _, column in ipairs(columns) do
          local long = {}
          for _, name in ipairs(out.names) do
            long[name] = row[name]
          end
          long.which = column
          long.is = row[column]
          if c[2] and long.is then
            long.is = long.is + 0.0
          end
          out.rows[#out.rows + 1] = long
        end
      end
      out.names[#out.names + 1], out.names[#out.names + 2] = "which", "is"
      naive.same(T:unpivot(columns, { name = "which", value = "is" }), out, n .. " rows: " .. columns[1])
    end
  end
end

function TestShapes_pivot_undoes_unpivot()
  for _, n in ipairs { 1, 2, 40, 2500 } do
    local _, T = naive.random(n, n, { "i", "big", "w" })
    T = T:derive "row = row_number() over (order w)"
    naive.equal(T:unpivot { "i", "big" }:pivot { id = { "w", "row" }, names = "name", values = "value" }, T:select("w", "row", "i", "big"), n .. " rows")
    -- and the other way, where every cell is filled
    local long = T:select("row", "i"):filter "not is_missing(i)":derive("even = if(row % 2 == 0, 'even', 'odd')")
    local wide = long:pivot { id = "row", names = "even", values = "i" }
    local names = table.move(wide:names(), 2, #wide:names(), 1, {})
    if #names > 0 then
      naive.equal(wide:unpivot(names, { name = "even", value = "i" }):filter "not is_missing(i)":select("row", "i", "even"), long, n .. " rows, back")
    end
  end
end

-- == resample ===========================================================================================

local monday = muster.date "2024-01-01"
local begins = {
  day = function(d) return d end,
  week = function(d) return monday + (d - monday) // 7 * 7 end,
  month = function(d) return muster.date(tostring(d):sub(1, 8) .. "01") end,
  quarter = function(d) return muster.date(("%s-%02d-01"):format(tostring(d):sub(1, 4), (tonumber(tostring(d):sub(6, 7)) - 1) // 3 * 3 + 1)) end,
  year = function(d) return muster.date(tostring(d):sub(1, 4) .. "-01-01") end,
}

-- Periods from the first date to the last.
local function periods(N, begin)
  local first, last, out = nil, nil, {}
  for _, row in ipairs(N.rows) do
    if row.d then
      first = (not first or row.d < first) and row.d or first
      last = (not last or last < row.d) and row.d or last
    end
  end
  local at = first
  while at and at <= last do
    out[#out + 1] = begin(at)
    repeat at = at + 1 until begin(at) ~= out[#out]
  end
  return out
end

local function resample(N, begin, keys)
  local out = { names = table.move(keys, 1, #keys, 1, {}), rows = {} }
  for _, name in ipairs { "d", "n", "known", "total", "top" } do
    out.names[#out.names + 1] = name
  end
  local dated = naive.filter(N, function(r) return r.d end)
  local groups = #keys > 0 and naive.groups(dated, keys) or { {} }
  for i = 1, #keys == 0 and #dated.rows or 0 do
    groups[1][i] = i
  end
  for _, group in ipairs(groups) do
    for _, from in ipairs(periods(N, begin)) do
      local row = { d = from, n = 0, known = 0 }
      for _, name in ipairs(keys) do
        row[name] = dated.rows[group[1]][name]
      end
      for _, at in ipairs(group) do
        local r = dated.rows[at]
        if begin(r.d) == from then
          row.n = row.n + 1
          if r.i then
            row.known = row.known + 1
            row.total = (row.total or 0) + r.i
            row.top = math.max(row.top or r.i, r.i)
          end
        end
      end
      out.rows[#out.rows + 1] = row
    end
  end
  return out
end

function TestShapes_resample()
  for _, n in ipairs { 0, 1, 5, 60, 2300 } do
    for seed = 1, n < 1000 and 3 or 1 do
      local N, T = naive.random(seed + n, n, { "d", "i", "s", "b" })
      for period, begin in pairs(begins) do
        for _, keys in ipairs { {}, { "s" }, { "s", "b" } } do
          if n < 1000 or period == "month" or period == "week" then
            local G = #keys > 0 and T:group_by(table.unpack(keys)) or T
            naive.same(G:resample("d", period, "n = count()", "known = count(i)", "total = sum(i)", "top = max(i)"), resample(N, begin, keys),
              ("seed %d, %d rows by %s"):format(seed, n, period))
          end
        end
      end
    end
  end
end

function TestShapes_resample_datetimes_and_other_names()
  local t = muster.table { ["the day"] = { muster.datetime "2025-01-31T23:00Z", muster.datetime "2025-04-01T00:00Z", muster.datetime "2025-01-01T00:00Z" } }
  local r = t:resample("the day", "month", "n = count()")
  lu.assertEquals(r:column("n"):values(), { 2, 0, 0, 1, n = 4 })
  lu.assertEquals(tostring(r:column("the day")[2]), "2025-02-01T00:00:00Z")
  lu.assertEquals(t:resample("the day", "year", { most = "count() * 2" }):column("most"):values(), { 6, n = 1 })
end

os.exit(lu.run())
