-- grades.lua - claims by the letter of their source and the number of the claim, and what their figures imply as columns.
--
-- Letter and number answer two questions and stay two conditions. All of it is joins and conditions of a plan.
local core = require "muster.core"
local registry = require "muster.base.registry"
local admiralty = require "muster.grades.admiralty"

local define, fail = registry.define, registry.fail

-- Columns of a claim that bounds() keeps where they are there: who said what of what, and where it stands.
local KEPT = { "claim_id", "as_of", "since", "reported", "origin", "via", "measure", "basis", "contingent", "location",
  "share", "share_of", "credibility", "flags", "url" }

local function columns_of(by)
  if by == "both" then
    return { "origin", "via" }
  end
  return { by or "origin" }
end

local left_meta = {
  __name = "what was left out",
  __tostring = function(l)
    local parts = {}
    local function part(n, text)
      if n > 0 then
        parts[#parts + 1] = ("%d %s"):format(n, text)
      end
    end
    part(l.letter, "for the letter of the " .. l.by)
    part(l.number, "for the number of the claim")
    part(l.unjudged_letter, "whose source cannot be judged")
    part(l.unjudged_number, "that cannot be judged")
    local kept = l.kept_unjudged > 0 and ("; of those kept, %d cannot be judged"):format(l.kept_unjudged) or ""
    return ("%d of %d rows kept, left out: %s%s"):format(l.kept, l.rows, #parts > 0 and table.concat(parts, ", ") or "none", kept)
  end,
}

-- Rows without a row of `bad` sources, or only with one of `good`.
local function by_letter(t, column, sources, how)
  return t:join(sources, { on = { [column] = "source_id" }, how = how })
end

return function()
  define {
    name = "Table:graded",
    args = "min_reliability?: string|number, min_credibility?: number|string, "
      .. "options?: {by?: \"origin\"|\"via\"|\"both\", unjudged?: \"drop\"|\"keep\", sources?: Table}",
    returns = "Table, table",
    help = "The claims whose source has at least this letter and that have at least this number themselves, and how many were "
      .. "left out for what. The letter is of the origin unless by = 'via' or 'both'. F and 6 mean 'cannot be judged': they are "
      .. "not known to be good enough and are left out, counted apart; unjudged = 'keep' keeps them. nil asks nothing of one of the two.",
    example = "local d = muster.dataset 'dprk'\nlocal good, left = d.casualties:graded('B', 2)\nreturn tostring(left)",
    fn = function(t, letter, number, options)
      options = options or {}
      local by, keep = options.by or "origin", options.unjudged == "keep"
      local left = { rows = #t, by = by == "both" and "origin or the carrier" or by == "via" and "carrier" or "origin",
        letter = 0, number = 0, unjudged_letter = 0, unjudged_number = 0, kept_unjudged = 0 }
      local out = t
      if letter ~= nil then
        admiralty.check_letter(letter, "Table:graded")
        admiralty.need(t, "Table:graded", table.unpack(columns_of(by)))
        local sources = admiralty.sources(t, options.sources, "Table:graded")
        local judged = sources:filter "reliability in ('A', 'B', 'C', 'D', 'E')"
        local good, bad = judged:filter("reliability <= $l", { l = letter }), judged:filter("reliability > $l", { l = letter })
        for _, column in ipairs(columns_of(by)) do
          local before = #out
          local enough = by_letter(out, column, bad, "anti")         -- good, or nobody can say
          left.letter = left.letter + before - #enough
          local known = by_letter(enough, column, good, "semi")
          left.unjudged_letter = left.unjudged_letter + (keep and 0 or #enough - #known)
          out = keep and enough or known
        end
      end
      if number ~= nil then
        number = admiralty.check_number(number, "Table:graded")
        admiralty.need(t, "Table:graded", "credibility")
        local before = #out
        local enough = out:filter("credibility <= $n or credibility == 6 or is_missing(credibility)", { n = number })
        local known = enough:filter "credibility <= 5"
        left.number = before - #enough
        left.unjudged_number = keep and 0 or #enough - #known
        out = keep and enough or known
      end
      left.kept = #out
      if keep and letter ~= nil then
        local known = out
        for _, column in ipairs(columns_of(by)) do
          known = by_letter(known, column, admiralty.sources(t, options.sources, "Table:graded"):filter "reliability ~= 'F'", "semi")
        end
        left.kept_unjudged = #out - #(number ~= nil and known:filter "credibility <= 5" or known)
      elseif keep and number ~= nil then
        left.kept_unjudged = #out - #out:filter "credibility <= 5"
      end
      return out, setmetatable(left, left_meta)
    end,
  }

  define {
    name = "Table:grades",
    args = "options?: {by?: \"origin\"|\"via\"|\"both\", sources?: Table}", returns = "Table",
    help = "The claims with the letter of their source as `reliability` and letter and number side by side as `grade` ('B2'; - "
      .. "where one is not known). by = 'via' takes the carrier's letter, 'both' has `reliability_via` as well.",
    example = "return muster.dataset('dprk').casualties:grades():select('origin', 'figure', 'grade'):head(3)",
    fn = function(t, options)
      options = options or {}
      local by = options.by or "origin"
      admiralty.need(t, "Table:grades", "credibility", table.unpack(columns_of(by)))
      for _, name in ipairs(t:names()) do
        if name == "reliability" or name == "reliability_via" or name == "grade" then
          fail("Table:grades: the table has a column '%s' already", name)
        end
      end
      local sources = admiralty.sources(t, options.sources, "Table:grades"):select("source_id", "reliability")
      local out = t:join(sources, { on = { [columns_of(by)[1]] = "source_id" }, how = "left" })
      if by == "both" then
        out = out:join(sources:rename "reliability_via = reliability", { on = { via = "source_id" }, how = "left" })
      end
      return out:derive "grade = coalesce(reliability, '-') .. coalesce(string(credibility), '-')"
    end,
  }

  define {
    name = "Table:bounds", args = "column?: string", returns = "Table",
    help = "What each figure implies as plain columns, for export: stated (the number as printed), kind, low and high (inf where no "
      .. "upper end was claimed), open_low (no lower end was claimed) and open_high, behind the columns that say who claimed "
      .. "what. Rows without a figure have none of these. The figure itself is not among them. The column is 'figure' unless named.",
    example = "return muster.dataset('dprk').casualties:bounds():select('origin', 'kind', 'low', 'high', 'open_high'):head(3)",
    fn = function(t, column)
      column = column or "figure"
      admiralty.need(t, "Table:bounds", column)
      local names, known, types = {}, {}, core.types(t)          -- t:column would run the plan
      for k, name in ipairs(t:names()) do
        known[name] = types[k]
      end
      if known[column] ~= "quantity" then
        fail("Table:bounds: the column '%s' holds %s, not figures", column, known[column])
      end
      for _, name in ipairs(KEPT) do
        names[#names + 1] = known[name] and name or nil
      end
      -- under other names first: in a table of claims low and high are what was printed
      local name = "`" .. column .. "`"
      local one_sided = ("kind(%s) in ('up_to', 'as_many_as', 'less_than')"):format(name)
      local out = t:derive(("bound_kind = kind(%s)"):format(name), ("bound_stated = stated(%s)"):format(name),
        ("bound_low = low(%s)"):format(name), ("bound_high = high(%s)"):format(name),
        ("open_low = %s"):format(one_sided), ("open_high = not is_finite(high(%s))"):format(name))
      table.move({ "bound_stated", "bound_kind", "bound_low", "bound_high", "open_low", "open_high" }, 1, 6, #names + 1, names)
      out = out:select(table.unpack(names)):rename("stated = bound_stated", "kind = bound_kind", "low = bound_low", "high = bound_high")
      core.extras(out, { sources = (core.extras(t) or {}).sources })
      return out
    end,
  }
end
