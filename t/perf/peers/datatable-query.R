# datatable-query.R memory FILE UNITS OUT NAMES REPS, or scan FILE - the queries of make bench-query by data.table
suppressMessages(library(data.table))
args <- commandArgs(TRUE)
setDTthreads(as.integer(Sys.getenv("BENCH_THREADS", "2")))
types <- c(event_id = "integer", date = "IDate", source = "character", region = "character", unit = "character",
           measure = "character", low = "integer", best = "integer", high = "integer", lat = "double", lon = "double",
           credibility = "integer", note = "character")
from <- as.IDate("2024-01-01")
number <- function(x) format(x, scientific = FALSE, trim = TRUE, digits = 17)
wide <- function(x) sum(as.numeric(x))
say <- function(name, ...) cat("is", name, vapply(list(...), number, ""), "\n")
groups <- function(name, d) say(name, nrow(d), wide(d$n), wide(d$s), sum(as.numeric(d$s)^2), round(sum(d$m * d$n)))

if (args[1] == "scan") {
  t <- fread(args[2], sep = ",", select = types[c("date", "source", "measure", "best", "credibility")], showProgress = FALSE)
  groups("scan", t[date >= from & credibility <= 3L, .(n = .N, s = sum(best), m = mean(best)), by = .(source, measure)])
  quit()
}
out <- file.path(args[4], "datatable.csv")
reps <- as.integer(args[6])
t <- fread(args[2], sep = ",", colClasses = types, showProgress = FALSE)
u <- fread(args[3], sep = ",")
# At 101 places from the first row to the last.
places <- function(name, d, what) {
  k <- as.numeric(0:100)
  row <- floor(k * (nrow(d) - 1) / 100) + 1
  say(name, nrow(d), sum((k + 1) * what[row]))
}
grouped <- function(name, run) list(run, function(d) groups(name, d))
queries <- list(
  filter = list(function() t[date >= from & credibility <= 3L], function(d) say("filter", nrow(d), wide(d$best), wide(d$event_id))),
  filter_sum = list(function() t[date >= from & credibility <= 3L, sum(best)], function(d) say("filter_sum", d)),
  group_source = grouped("group_source", function() t[, .(n = .N, s = sum(best), m = mean(best)), by = source]),
  group_measure = grouped("group_measure", function() t[, .(n = .N, s = sum(best), m = mean(best)), by = .(source, measure)]),
  group_unit = grouped("group_unit", function() t[, .(n = .N, s = sum(best), m = mean(best)), by = unit]),
  group_month = grouped("group_month", function()
    t[, .(n = .N, s = sum(best), m = mean(best)), by = .(source, y = year(date), mo = month(date))]),
  join_agg = list(function() t[u, .(best, branch, parent), on = "unit", nomatch = NULL][, .(n = .N, s = sum(best)), by = .(branch, parent)],
                  function(d) say("join_agg", nrow(d), wide(d$n), wide(d$s), sum(as.numeric(d$s)^2))),
  join_keep = list(function() t[u, .(event_id, best, branch, strength), on = "unit", nomatch = NULL],
                   function(d) say("join_keep", nrow(d), wide(d$event_id), sum(as.numeric(d$best) * d$strength))),
  sort_all = list(function() t[order(date, event_id)], function(d) places("sort_all", d, as.numeric(d$event_id) + d$best)),
  sort_two = list(function() t[order(date, event_id), .(event_id, date)], function(d) places("sort_two", d, as.numeric(d$event_id))),
  distinct_unit = list(function() uniqueN(t$unit), function(d) say("distinct_unit", d)),
  # a missing note is an empty one here
  distinct_note = list(function() uniqueN(t$note), function(d) say("distinct_note", d - any(t$note == ""))),
  cumsum = list(function() t[order(date), .(event_id, c = cumsum(as.numeric(best))), by = source],
                function(d) say("cumsum", nrow(d), sum(d$c))),
  write_csv = list(function() fwrite(t, out), function(d) {
    d <- fread(out, sep = ",", colClasses = types, showProgress = FALSE)
    say("write_csv", nrow(d), wide(d$best), sum(round(d$lat * 1e5)), sum(d$note == ""))
  }))
for (name in strsplit(args[5], ",")[[1]]) {
  if (is.null(queries[[name]])) next
  ms <- c()
  while (length(ms) < reps && (length(ms) < 2 || sum(ms) < 4000)) {
    result <- NULL
    invisible(gc())
    start <- as.numeric(Sys.time())
    result <- queries[[name]][[1]]()
    ms <- c(ms, (as.numeric(Sys.time()) - start) * 1000)
  }
  cat("ms", name, sprintf("%.3f", ms), "\n")
  queries[[name]][[2]](result)
}
unlink(out)
