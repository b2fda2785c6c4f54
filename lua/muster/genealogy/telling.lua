-- telling.lua - links between claims as sentences, and a genealogy as a report.
local registry = require "muster.base.registry"
local wrap = require "muster.base.wrap"

local telling = {}

-- How sure, in words; the cuts are ours and stated with the report.
function telling.likelihood(strength)
  return strength >= 0.8 and "strong" or strength >= 0.5 and "likely" or strength >= 0.2 and "possible" or "weak"
end

local function words(name)
  return (tostring(name or "?"):gsub("_", " "))
end

local function day(node)
  return node.date and tostring(node.date) or "no date"
end

-- What a node prints: "about 4,000 killed or wounded".
local function said(node)
  if node.rate then
    return ("%g %s"):format(node.rate, words(node.measure))
  end
  local text = node.figure and tostring(node.figure) or node.share and ("a share of %g"):format(node.share) or "words without a number"
  return text .. " " .. words(node.measure)
end

local function by(node)
  local via = node.via and node.via ~= node.origin and (" in %s"):format(node.via) or ""
  return ("%s%s, %s"):format(node.origin or "somebody", via, day(node))
end

-- One pattern for each kind; {c} is what the child prints, {p} the parent, {cb} and {pb} who and when, {a} the third one.
local patterns = {
  ["echo"] = "{via} repeats {p} of {origin}",
  ["qualifier lost"] = "{via} prints {c} without the hedge; {pvia} had {p}",
  ["qualifier softened"] = "{via} prints {c}, softer than {p} in {pvia}",
  ["qualifier strengthened"] = "{via} prints {c}, stronger than {p} in {pvia}",
  ["qualifier reversed"] = "{via} turns the bound round: {c}, where {pvia} has {p}",
  ["share altered"] = "{via} prints the share as {cs}, {pvia} as {ps}",
  ["rounded"] = "{via} prints {c} with other rounding than {p} in {pvia}",
  ["figure altered"] = "{via} prints {c}; {pvia} has {p}, and no other claim has the new number",
  ["end added"] = "{via} adds an end that no other claim has: {c}, from {p} in {pvia}",
  ["bound closed"] = "{via} closes the bound: {c}, from {p} in {pvia}",
  ["bound opened"] = "{via} prints one end as a bound: {c}, from {p} in {pvia}",
  ["number made a range"] = "{via} prints a range around it: {c}, where {pvia} has {p}",
  ["range made one number"] = "{via} makes one number of a range: {c}, where {pvia} has {p}",
  ["range of two figures"] = "{c} ({cb}) has the ends of {p} ({pb}) and {a} ({ab})",
  ["end dropped"] = "{via} drops an end: {c}, from {p} in {pvia}",
  ["fused into a range"] = "{via} makes one range, {c}, of {p} ({pb}) and {a} ({ab})",
  ["figure of another claim"] = "{via} prints {c}; {pvia} has {p}. The number is that of {a} ({ab})",
  ["category widened"] = "{c} ({cb}) has the number of {p} ({pb}): a part read as more than it is",
  ["category narrowed"] = "{c} ({cb}) has the number of {p} ({pb}): a wider category read as a narrower one",
  ["category changed"] = "{c} ({cb}) has the number of {p} ({pb}): one category read as another",
  ["another part of the force"] = "{c} of {cpart} ({cb}) has the number of {p} of {ppart} ({pb}): another part of the force",
  ["planned read as sent"] = "{c} ({cb}) has the number of what was only planned: {p} ({pb})",
  ["combined read as one side"] = "{c} ({cb}) counts one side; in {p} ({pb}) it counted others too",
  ["stale"] = "an old figure under a new date: {c} ({cb}) is {p} ({pb})",
  ["attribution swapped"] = "{c} is credited to {cb}; it was said by {ab}",
  ["words made a number"] = "{via} prints {c} where {pvia} has words",
  ["repeated"] = "{origin} says {c} again ({cd}), as on {pd}",
  ["repeated by a related body"] = "{c} ({cb}) repeats {p} of a related body ({pb})",
  ["copied across origins"] = "{c} ({cb}) has the number of {pb}: {p}",
  ["sum of two figures"] = "{c} ({cb}) is the sum of {p} and {a} ({pb})",
  ["in another category"] = "but of another category",
  ["rate from a total"] = "{c} ({cb}) is {p} ({pb}) over {days} days",
}

local function share_text(share)
  return share and ("%.0f %%"):format(100 * share) or "none"
end

function telling.sentence(link)
  local c, p, a = link.child, link.parent, link.also
  local third = a or p
  local fill = { c = said(c), p = said(p), cb = by(c), pb = by(p), a = said(third), ab = by(third), via = c.via or c.origin,
    pvia = p.via or p.origin, origin = c.origin, cs = share_text(c.share), ps = share_text(p.share), cd = day(c), pd = day(p),
    days = link.days, cpart = words(c.contingent), ppart = words(p.contingent) }
  local parts = {}
  for i, kind in ipairs(link.kinds) do
    local measure = kind:match "^total read as (.*)"
    if i > 1 and (measure or kind:find "^qualifier" or kind:find "^category") then       -- the first one has named both sides
      parts[#parts + 1] = kind
      goto continue
    end
    local pattern = patterns[kind] or "{c} ({cb}) has the number of the total {a} ({ab}), read as " .. words(measure)
    parts[#parts + 1] = pattern:gsub("{(%w+)}", function(name) return tostring(fill[name]) end)
    ::continue::
  end
  if a and link.kinds[1] == "stale" then
    parts[#parts + 1] = ("by then %s had said %s"):format(a.origin, said(a))
  end
  return table.concat(parts, "; ")
end

-- == the report ========================================================================================

local headings = {
  { "Another statement than the origin's", function(e) return e.altered end },
  { "Taken from another origin, or worked out from its figures", function(e)
    return e.change:find "copied across" or e.change:find "sum of" or e.change:find "rate from" or e.change:find "range of"
  end },
  { "The words changed, the number did not", function(e) return e.strength >= 0.99 and e.change ~= "echo" and not e.change:find "^repeated" end },
  { "Said again", function(e) return e.change:find "^repeated" end },
  { "Less sure", function(e) return e.change ~= "echo" end },
}

local WIDTH = 100

local function wrapped(lines, lead, text)
  lines[#lines + 1] = lead .. wrap.paragraph(text, WIDTH, "", (" "):rep(#lead))
end

function telling.report(g)
  if type(g) ~= "table" or not g.edges then
    registry.fail "muster.genealogy.text: expected what muster.genealogy.of gives"
  end
  local lines, taken, echoes = {}, {}, 0
  wrapped(lines, "", ("%d rows hold %d claims of %d voices; effectively %.1f of these are independent."):format(g.rows, g.claims,
    #g.voices, g.independent))
  for _, heading in ipairs(headings) do
    local any = false
    for i, edge in g.edges:rows() do
      if not taken[i] and heading[2](edge) then
        if not any then
          lines[#lines + 1] = ""
          lines[#lines + 1] = heading[1]
          any = true
        end
        taken[i] = true
        wrapped(lines, ("  %-8s "):format(edge.likelihood), ("%s [%s]"):format(edge.sentence, edge.change))
      end
    end
  end
  for _, edge in g.edges:rows() do
    echoes = echoes + (edge.change == "echo" and 1 or 0)
  end
  lines[#lines + 1] = ""
  wrapped(lines, "", ("%d rows repeat what they retell to the word. Strong is a probability of at least 0.8, likely 0.5, possible 0.2."
    ):format(echoes))
  return table.concat(lines, "\n")
end

return telling
