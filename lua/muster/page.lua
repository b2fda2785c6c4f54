-- page.lua - a script's output as a page to read: a question, paragraphs, tables, where each number comes from.
local core = require "muster.core"
local registry = require "muster.base.registry"
local evidence = require "muster.evidence"
local wrap = require "muster.base.wrap"

local define, fail = registry.define, registry.fail
local page = registry.module("muster.page", "A script's output as a page: question, paragraphs, tables, evidence, saved plots.")

local WIDTH, TABLE = 80, 100          -- letters in a line of text, and of a table

local function paragraph(text, indent)
  for _, line in ipairs(wrap.lines(text, WIDTH - #indent)) do
    print(indent .. line)
  end
end

page.question = define {
  name = "muster.page.question", args = "text: string", returns = "",
  help = "The heading of a page: the question it answers, underlined.",
  example = "muster.page.question 'How many were sent?'",
  fn = function(text)
    print(text .. "\n" .. ("="):rep(utf8.len(text)) .. "\n")
  end,
}

page.section = define {
  name = "muster.page.section", args = "text: string", returns = "",
  help = "A heading inside a page.",
  example = "muster.page.section 'Every claimed base'",
  fn = function(text)
    print(text .. "\n" .. ("-"):rep(utf8.len(text)) .. "\n")
  end,
}

page.say = define {
  name = "muster.page.say", args = "text: string, ...: any", returns = "",
  help = "A paragraph, broken at 80 columns; further arguments are filled in as string.format does (%s takes any value).",
  example = "muster.page.say('%s soldiers', muster.quantity{ qualifier = 'up_to', best = 12000 })",
  fn = function(text, ...)
    paragraph(select("#", ...) > 0 and text:format(...) or text, "")
    print()
  end,
}

page.assume = define {
  name = "muster.page.assume", args = "text: string, ...: any", returns = "",
  help = "A paragraph that says what is assumed rather than claimed; marked as such.",
  example = "muster.page.assume 'one soldier, one day'",
  fn = function(text, ...)
    paragraph("Assumption: " .. (select("#", ...) > 0 and text:format(...) or text), "  ")
    print()
  end,
}

page.rests = define {
  name = "muster.page.rests", args = "claims: Table, sources: Table, what?: string", returns = "",
  help = "Under a number: the claims it rests on, their rows, origins, and how many of these are independent.",
  example = "muster.page.rests(muster.table{ { origin = 'a' } }, muster.table{ { source_id = 'a', kind = 'media', country = "
    .. "'KR' } })",
  fn = function(claims, sources, what)
    paragraph(("Rests on%s %s."):format(what and " (" .. what .. ")" or "", evidence.cite(claims, sources)), "  ")
    print()
  end,
}

local function cell(v)
  if v == nil then
    return "-"
  elseif math.type(v) == "float" then
    return core.number(v)
  end
  return (tostring(v):gsub("^at least ", ">= "))       -- as claims are printed, and shorter
end

-- Numbers stand right, words left; the last column of words is broken into lines when the page is too narrow.
page.show = define {
  name = "muster.page.show", args = "rows: Table, columns?: string[]", returns = "",
  help = "A table for reading: names as headings ('_' becomes a blank), no types, all rows, the last column broken into lines "
    .. "where it does not fit.",
  example = "muster.page.show(muster.table{ { origin = 'a', soldiers = 11000 } })",
  fn = function(t, columns)
    columns = columns or t:names()
    local cells, width, right = {}, {}, {}
    for k, name in ipairs(columns) do
      local column = t:column(name)
      local kind = column:type()
      right[k] = kind == "int64" or kind == "float64" or kind == "quantity"
      cells[k] = { (name:gsub("_", " ")) }
      width[k] = utf8.len(cells[k][1])
      for i = 1, #column do
        cells[k][i + 1] = cell(column[i])
        width[k] = math.max(width[k], utf8.len(cells[k][i + 1]))
      end
    end
    local last, taken = #columns, 2
    for k = 1, last - 1 do
      taken = taken + width[k] + 2
    end
    local room = math.max(20, TABLE - taken)
    for i = 1, #t + 1 do
      local parts, more = {}, nil
      for k = 1, last do
        local text = cells[k][i]
        if k == last and not right[k] and utf8.len(text) > room then
          more = wrap.lines(text, room)
          text = table.remove(more, 1)
        end
        local pad = (" "):rep(width[k] - utf8.len(text))
        parts[k] = right[k] and pad .. text or k == last and text or text .. pad
      end
      print("  " .. table.concat(parts, "  "))
      for _, line in ipairs(more or {}) do
        print((" "):rep(taken) .. line)
      end
      if i == 1 then
        print("  " .. ("-"):rep(taken - 2 + (right[last] and width[last] or math.min(width[last], room))))
      end
    end
    print()
  end,
}

page.save = define {
  name = "muster.page.save", args = "plot: Plot, folder: string, name: string", returns = "",
  help = "Save a plot as NAME.svg and NAME.png in a folder, which is made when it is not there, and say so.",
  example = "return muster.page.save",
  fn = function(plot, folder, name)
    if name:find "[/\\]" then
      fail("a plot's name has no folder in it, found '%s'", name)
    end
    if core.make_folders then
      core.make_folders(folder)
    end
    for _, format in ipairs { "svg", "png" } do
      plot:save(("%s/%s.%s"):format(folder, name, format))
    end
    print(("  Plot: %s/%s.svg\n"):format(folder, name))
  end,
}

return page
