-- Verbs over a scan, part by part, against the same verbs over the table that a load gives.
local lu = require "lu"
local naive = require "naive"

-- A pass over files ends after 64 blocks, and a block does not cross files: small files make many parts.
local work = os.getenv "WORK"
local files = 150
do
  math.randomseed(11)
  local words = { "Kursk", "Sumy", "", "\"a,b\"", "Belgorod" }
  for k = 1, files do
    local lines = { "id,day,who,n,x,ok" }
    for i = 1, 30 do
      lines[#lines + 1] = ("%d,2025-%02d-%02d,%s,%s,%s,%s"):format(k * 100 + i, 1 + k % 12, 1 + i % 28, words[math.random(5)],
        math.random(4) == 1 and "" or math.random(-5, 5), math.random(9) == 1 and "" or math.random(1000) / 8, ({ "true", "false", "" })[math.random(3)])
    end
    lu.write(("%s/part%03d.csv"):format(work, k), table.concat(lines, "\n") .. "\n")
  end
end
local glob = work .. "/part*.csv"
local whole = muster.load(glob)
local function scan() return muster.scan(glob) end

function TestScanLaws_there_are_several_parts()
  local n = 0
  for _ in scan():chunks() do
    n = n + 1
  end
  lu.assertTrue(n > 2)
  naive.equal(scan():table(), whole, "all")
end

local chains = {
  function(t) return t:filter "n > 0" end,
  function(t) return t:filter "n > 100" end,
  function(t) return t:filter("x > $least and who in $names", { least = 20, names = { "Kursk", "a,b" } }):select("id", "who") end,
  function(t) return t:derive("m = month(day)", "y = n * x"):filter "y > 10":derive "m = m + n":select("m", "y", "id") end,
  function(t) return t:rename("figure = n", { when = "day" }):filter "figure < 0" end,
  function(t) return t:head(2500) end, function(t) return t:head(0) end, function(t) return t:filter "ok":head(700):derive "z = id // 100" end,
  function(t) return t:head(3000):filter "ok":head(2) end,
  function(t) return t:filter(function(row) return row.n == 3 end):derive "n = n + 1" end,
  function(t) return t:filter "ok":filter(function(row) return row.x end):head(40):select("x") end,
  function(t) return t:agg("c = count()", "s = sum(n)", "m = mean(x)", "d = max(day)", "u = count_distinct(who)", "f = first(x)", "l = last(who)") end,
  function(t) return t:filter "n > 1000":agg("c = count()", "s = sum(n)") end,
  function(t) return t:group_by("who"):agg("c = count()", "q = quantile(x, 0.3)", "sd = sd(n)") end,
  function(t) return t:group_by("who", "m = date_trunc('month', day)", "ok"):agg("c = count()", "total = sum(n)", "least = min(x)", "same = total / c") end,
  function(t) return t:derive "n = n * 2":group_by("n"):agg("c = count()") end,
  function(t) return t:filter "ok":head(100):group_by("who"):agg("c = count()") end,
  function(t) return t:select("who", "n"):group_by():agg("c = count(n)") end,
}

function TestScanLaws_chains()
  for k, chain in ipairs(chains) do
    local got = chain(scan())
    local is_scan, all = pcall(function() return got:table() end)
    got = is_scan and all or got
    naive.equal(got, chain(whole), "chain " .. k, { sd = true, m = true })
  end
  lu.assertEquals(scan():filter "ok":count(), #whole:filter "ok")
end

function TestScanLaws_what_lua_gives_fits_the_first_part()
  local function with(values)
    local part = 0
    return scan():with("v", function(t)
      part = part + 1
      local out = { n = #t }
      for i = 1, #t do
        out[i] = values(part)
      end
      return out
    end):derive "w = v"
  end
  lu.assertEquals(with(function(part) if part == 1 then return 1 end end):agg("c = count(w)", "s = sum(w)")[1], { c = 1920, s = 1920 })
  lu.assertEquals(with(function(part) return part == 1 and 0.5 or 2 end):table():column("w"):type(), "float64")
  lu.fails("column 'v' is string in a part of the scan and was int64 in the first",
    function() return with(function(part) return part == 1 and 1 or "a" end):table() end)
  lu.fails("column 'v' is float64 in a part of the scan and was int64 in the first",
    function() return with(function(part) return part == 1 and 1 or 0.5 end):agg "s = sum(w)" end)
end

function TestScanLaws_failing_rows()
  local bad = scan():derive "z = 1 // (id - 12001)"        -- the line of this verb
  local line = debug.getinfo(1, "l").currentline - 1
  local why = lu.fails("division by zero", function() return bad:count() end)
  lu.assertStrContains(why, ("t4760-scan-laws.lua:%d: "):format(line))
  lu.fails("division by zero", function() return bad:group_by("who"):agg "c = count()" end)
  -- a head stops before the row; its own rows fail
  lu.assertEquals(scan():derive "z = 1 // (id - 104)":head(3):count(), 3)
  lu.fails("division by zero", function() return scan():derive "z = 1 // (id - 104)":head(4):count() end)
end

function TestScanLaws_what_needs_all_rows_is_refused()
  lu.fails("needs all rows at once", function() return scan():derive "r = cumsum(n)":count() end)
  lu.fails("needs all rows at once", function() return scan():group_by("who"):derive "r = cumsum(n)" end)
  lu.fails("did you mean 'who'", function() return scan():filter "woh == 'a'":count() end)
  local long = scan()
  for _ = 1, 2100 do
    long = long:filter "n > 0"
  end
  lu.fails("too long", function() return long:count() end)
end

os.exit(lu.run())
