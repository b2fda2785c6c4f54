-- read.lua - what a printed claim is taken to say: from rows to the distinct claims that the rules compare.
--
-- A figure is read twice. The hard reading holds everything that the words allow: "more than 3,000" has no upper end.
-- The soft reading adds what the author would hardly have meant: nobody prints "more than 3,000" for 9,000. Figures whose
-- hard readings exclude each other cannot both be true; where only the soft ones do, they are unlikely together.
local core = require "muster.core"
local evidence = require "muster.evidence"

local read = {}
local huge = math.huge

-- The place of the last digit that is not zero: 1,000 in 3,000, and 100 in 10,900.
local function last_place(x)
  local place = 1.0
  while x ~= 0 and x % (place * 10) == 0 do
    place = place * 10
  end
  return place
end

-- Half of what a number may be rounded to that ends in a five: 4,500 may come from a scale of 500. At most so large a part of it.
local function fives(x, most)
  local place = last_place(x)
  return x // place % 10 == 5 and math.min(2.5 * place, most * x) or 0
end

-- How far beyond a bound its author may have been: half of the last place that was printed, and never less than a tenth,
-- since a number counted to the unit leaves as much room as a round one.
local function beyond(x, o)
  return math.max(last_place(x) * o.beyond, x * o.beyond_share, 1)
end

-- What an unhedged round number may hide. 4,000 is rarely 4,000; 3,812 is meant.
local function rounded(x, o)
  return x % 100 == 0 and math.min(last_place(x) / 2, x * o.exact) or 0
end

-- "More than 11,000" and "nearly 11,000" touch: whoever rounds may print either. That they exclude each other to the letter
-- counts where one statement is printed both ways (carriers.lua).
--
-- kind of figure -> function(x, figure, options) returning hard low, hard high, soft low, soft high
local readings = {
  exact = function(x, _, o)
    local r = rounded(x, o)
    return x - r, x + r, x, x
  end,
  about = function(x, f, o)
    local half = f.high - x
    local hard, soft = math.max(half * o.about, fives(x, 0.1)), math.max(half, fives(x, 0.05))
    return math.max(0, x - hard), x + hard, math.max(0, x - soft), x + soft
  end,
  at_least = function(x, _, o) return x, huge, x, x + beyond(x, o) end,
  more_than = function(x, _, o) return x, huge, x, x + beyond(x, o) end,
  up_to = function(x, _, o) return 0, x, math.max(0, x - beyond(x, o)), x end,
  less_than = function(x, _, o) return 0, x, math.max(0, x - beyond(x, o)), x end,
  nearly = function(x, f, o) return math.max(0, x - (x - f.low) * o.about), x, f.low, x end,
  range = function(_, f, o)
    local low, high = f.low - rounded(f.low, o), f.high + rounded(f.high, o)
    return low, high, low, high
  end,
}
readings.as_many_as = readings.up_to

local words = {
  exact = "", about = "about ", at_least = "at least ", more_than = "more than ", up_to = "up to ", as_many_as = "as many as ",
  less_than = "fewer than ", nearly = "nearly ",
}

-- 12000 -> "12,000"; fractions are rounded to the unit, which only worked-out numbers have.
function read.number(x)
  if x == huge then
    return "any number"
  end
  local digits = ("%d"):format(math.floor(x + 0.5))
  local n
  repeat
    digits, n = digits:gsub("^(-?%d+)(%d%d%d)", "%1,%2")
  until n == 0
  return digits
end

local months = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
  "December" }

function read.day(d, month_only)
  if month_only then
    return ("%s %d"):format(months[d.month], d.year)
  end
  return ("%d %s %d"):format(d.day, months[d.month], d.year)
end

-- The figure in English, with thousands set apart.
function read.figure_text(f)
  if f.kind == "range" or not words[f.kind] then
    return ("%s-%s"):format(read.number(f.low), read.number(f.high))
  end
  return words[f.kind] .. read.number(f.stated or f.low)
end

-- A fraction at the value that its words name: 0.33 is entered for a third.
local function nominal_share(s)
  for _, k in ipairs { 1, 2 } do
    if math.abs(s - k / 3) < 0.005 then
      return k / 3
    end
  end
  return s
end

function read.share_text(s)
  if s == 1 / 3 or s == 2 / 3 then
    return s < 0.5 and "a third" or "two thirds"
  end
  return ("%s %%"):format(core.number(math.floor(s * 1000 + 0.5) / 10))
end

-- The share of a row: its qualifier speaks of the count where there is one.
local function read_share(row, o)
  local s = nominal_share(row.share)
  local q = not row.figure and row.qualifier or "about"
  local hard_low, hard_high, low, high = s * (1 - o.share), s * (1 + o.share), s * (1 - o.share / 2), s * (1 + o.share / 2)
  if q == "nearly" or q == "up_to" or q == "as_many_as" or q == "less_than" then
    hard_low, hard_high, low, high = q == "nearly" and s * (1 - 2 * o.share) or 0, s, s * (1 - o.share), s
  elseif q == "at_least" or q == "more_than" then
    hard_low, hard_high, low, high = s, 1, s, s * (1 + o.share)
  end
  return { nom = s, lo1 = hard_low, hi1 = math.min(1, hard_high), lo2 = low, hi2 = math.min(1, high), of = row.share_of,
    text = (q == "nearly" and "nearly " or q == "up_to" and "up to " or "") .. read.share_text(s) }
end

-- lo1, hi1: hard; lo2, hi2: soft; nom: the number on the page, or the middle of a range, for sentences and ranking only.
local function read_figure(f, o)
  local reading = readings[f.kind]
  if not reading then          -- computed, or words with bounds: nothing is known beyond them
    return { lo1 = f.low, hi1 = f.high, lo2 = f.low, hi2 = f.high, nom = f.high < huge and (f.low + f.high) / 2 or f.low,
      text = read.figure_text(f), said = f.kind, low = f.low, high = f.high }
  end
  local x = f.stated or f.low
  local lo1, hi1, lo2, hi2 = reading(x, f, o)
  return { lo1 = lo1, hi1 = hi1, lo2 = lo2, hi2 = hi2, nom = f.kind == "range" and (f.low + f.high) / 2 or x,
    text = read.figure_text(f), said = f.kind, low = f.low, high = f.high }
end
read.figure = read_figure

local function day(d)
  return d and d.days or huge
end

-- How much room a figure leaves; of two carriers alike the one that hedges speaks, and a bound on both sides before one.
local function room(row)
  local size = row.figure and row.figure.high - row.figure.low or -1
  return size < huge and size or -1
end

-- A text that orders carriers that are alike in all else, so that the order of rows decides nothing.
local function carrier_text(row)
  return table.concat({ row.figure and read.figure_text(row.figure) or "", tostring(row.share or ""), tostring(row.location or ""),
    tostring(row.via or ""), tostring(row.url or "") }, "\31")
end

local function speaks_before(a, b)
  local ca, cb = a.credibility or huge, b.credibility or huge
  if ca ~= cb then
    return ca < cb
  elseif day(a.reported) ~= day(b.reported) then
    return day(a.reported) < day(b.reported)
  elseif room(a) ~= room(b) then
    return room(a) > room(b)
  end
  return carrier_text(a) < carrier_text(b)
end

-- A row that rules can use: it has a number or a share.
local function usable(row)
  return row.figure ~= nil and row.figure.kind ~= "verbal" or row.share ~= nil
end

-- The distinct figures of the carriers, best first: { text, lo1, ..., nom, cred }.
local function carried(rows, o)
  local list, seen = {}, {}
  for _, row in ipairs(rows) do
    if row.figure and row.figure.kind ~= "verbal" then
      local f = read_figure(row.figure, o)
      if not seen[f.text] then
        seen[f.text], list[#list + 1] = true, f
        f.cred = row.credibility
      end
    end
  end
  return list
end

-- Every different share that a carrier prints, best first.
local function carried_shares(rows, o)
  local list, seen = {}, {}
  for _, row in ipairs(rows) do
    if row.share and row.share > 0 and row.share_of then
      local s = read_share(row, o)
      local key = s.text .. "\31" .. s.of
      if not seen[key] then
        seen[key], list[#list + 1] = true, s
      end
    end
  end
  return list
end

local classes = { cumulative = "cum", increment = "inc", stock = "stk" }

local function make_claim(kind, rows, o)
  local row = rows[1]
  local from, to = evidence.days(row)
  local c = {
    kind = kind, origin = row.origin, measure = row.measure, basis = row.basis, contingent = row.contingent or "all",
    location = row.location or "", cred = row.credibility, claim_id = row.claim_id, row = row, carriers = #rows,
    d1 = from.days, d2 = to.days, month = from ~= to, as_of = row.as_of, reported = row.reported, since = row.since,
    s1 = row.since and row.since.days, figures = carried(rows, o), shares = carried_shares(rows, o),
  }
  c.class = row.measure == "planned" and "plan" or classes[row.basis] or "cum"
  c.when = read.day(row.as_of, c.month)
  local figure = row.figure and row.figure.kind ~= "verbal" and read_figure(row.figure, o) or c.figures[1]
  if figure then
    c.lo1, c.hi1, c.lo2, c.hi2, c.nom, c.text = figure.lo1, figure.hi1, figure.lo2, figure.hi2, figure.nom, figure.text
    c.said, c.low, c.high = figure.said, figure.low, figure.high
    c.figure = row.figure
  end
  return c
end

local function order_key(c)
  return table.concat({ ("%012d"):format(c.d2 + 1000000), c.kind, c.measure, c.basis or "", c.contingent, c.origin }, "\31")
end

-- The distinct claims of the tables { { kind, table }, ... }, in an order that does not depend on the order of rows; and
-- what was left out: { { kind =, row =, why = }, ... }.
function read.claims(tables, o)
  local claims, left = {}, {}
  for _, pair in ipairs(tables) do
    local kind, t = pair[1], pair[2]
    for _, group in ipairs(evidence.groups(t)) do
      local rows, others = {}, {}
      for _, one in ipairs(group.rows) do
        local row = one.row
        row.contingent = row.contingent or "all"
        if usable(row) and row.as_of and row.origin and row.measure then
          rows[#rows + 1] = row
        else
          others[#others + 1] = row
        end
      end
      table.sort(rows, speaks_before)
      local why
      if #rows == 0 then
        why = others[1] and not others[1].as_of and "no day" or "no number"
      elseif evidence.has_flag(rows[1], "combined") then
        why = "counts other troops too"
      else
        claims[#claims + 1] = make_claim(kind, rows, o)
      end
      if why then
        left[#left + 1] = { kind = kind, row = group.best.row, why = why, rows = #group.rows }
      end
    end
  end
  for _, c in ipairs(claims) do
    c.key = order_key(c)
  end
  table.sort(claims, function(a, b) return a.key < b.key end)
  for i, c in ipairs(claims) do
    c.id = i
  end
  return claims, left
end

return read
