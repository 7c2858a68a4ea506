# FAISS over the entries and queries that likeness.bench.ts wrote into a folder, on one thread, by processor time. Prints one JSON object.
# Flat looks at every entry; MultiHash of 16 tables of 16 bits, one bit flipped, is what Hasher-Matcher-Actioner uses: at distance 31 it
# misses none either.
import json
import sys
import time

import faiss
import numpy

DISTANCE = 31

folder = sys.argv[1]
faiss.omp_set_num_threads(1)
hashes = numpy.fromfile(folder + "/hashes", dtype=numpy.uint8).reshape(-1, 32)
queries = numpy.fromfile(folder + "/queries", dtype=numpy.uint8).reshape(-1, 32)
entries = numpy.fromfile(folder + "/entries", dtype=numpy.int32)


def measured(index, count):
    start = time.process_time()
    index.add(hashes)
    build_ms = (time.process_time() - start) * 1000
    start = time.process_time()
    # FAISS takes what lies under its radius.
    limits, _, found = index.range_search(queries[:count], DISTANCE + 1)
    seconds = time.process_time() - start
    missed = sum(entries[i] not in found[limits[i] : limits[i + 1]] for i in range(count))
    return {"buildMs": round(build_ms), "queriesPerSecond": round(count / seconds, 1), "queries": count, "missed": int(missed)}


flat = measured(faiss.IndexBinaryFlat(256), min(64, len(queries)))
index = faiss.IndexBinaryMultiHash(256, 16, 16)
index.nflip = 1
print(json.dumps({"version": faiss.__version__, "flat": flat, "multiHash": measured(index, len(queries))}))
