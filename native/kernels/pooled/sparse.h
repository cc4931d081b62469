// Gradients of convolutions behind a max pool: each window passes a gradient back to one place, zeros are dropped, and what is
// left is added up with vectors along a kernel row of all channels. Filters are by kernel rows:
// t[ky][o][kx * channels + i] = f[ky][kx][i][o].
#pragma once
#include "lists.h"
#include "places.h"

// One or several of `rows` kernel rows, as many as registers hold; returns how many.
static INLINE int addRows(int rows, int vectors, const int32_t* at, const float* value, int count, const float* x, int64_t xRow, float* y,
                          int64_t yRow) {
  if (VL == 16 && vectors == 6 && rows >= 3) return addTerms<3, 6>(at, value, count, x, xRow, y, yRow), 3;
  if (VL == 16 && vectors == 10 && rows >= 2) return addTerms<2, 10>(at, value, count, x, xRow, y, yRow), 2;
  addStretch(vectors, at, value, count, x, y);
  return 1;
}

// The numbers that went to one position of the convolution: up to `end`, from where the list before ends.
struct List {
  int32_t end, corner;
};

// Floats of room that an input gradient takes: each number with its place, and a list for each element of a window.
static INLINE int64_t inputGradientRoom(const PoolWindows& pool, int64_t out) {
  return 2 * ((int64_t)pool.windows() * out + VL) + 2 * (int64_t)pool.windows() * pool.kernelHeight * pool.kernelWidth;
}

// dx[p * stride + k - padding][i] = sum over (k, o) of dy[p][o] * f[k][i][o]. 0 dx, 1 filter by rows whole, 2 d of the pool,
// 3 its places, 4 room for a framed image, 5 room; ints: windows, pool
static void pooledInputGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const PoolWindows pool(w.call->ints);
  const Frame frame = Frame::ofImage(g);
  const int out = g.outChannels, run = g.kernelWidth * g.channels;
  const int64_t most = (int64_t)pool.windows() * out + VL;
  float* const value = w.at(5, 0);
  int32_t* const at = (int32_t*)(value + most);
  List* const lists = (List*)(at + most);
  vi lanes;
  for (int lane = 0; lane < VL; lane++) lanes[lane] = lane * run;
  for (int row = w.begin; row < w.end; row++) {
    const float* d = w.at(2, row);
    const int32_t* places = w.intsAt(3, row);
    float* const dx = frame.isNeeded() ? w.at(4, w.begin) : w.at(0, row);
    memset(dx, 0, (size_t)(frame.isNeeded() ? frame.size() : w.size(0)) * 4);
    int32_t count = 0;
    List* last = lists;
    eachElement(pool, g, [&](int window, int position, int y, int x) {
      const int32_t before = count;
      const int64_t first = (int64_t)window * out;
      int o = 0;
      for (; o + VL <= out; o += VL) {
        vi place;
        memcpy(&place, places + first + o, sizeof place);
        const vf value_ = load(d + first + o);
        count += pick((place == position) & (value_ != 0), lanes + o * run, value_, at + count, value + count);
      }
      for (; o < out; o++) {
        at[count] = o * run, value[count] = d[first + o];
        count += places[first + o] == position && d[first + o] != 0;
      }
      if (count > before) *last++ = {count, (int32_t)(y * g.strideY * frame.line() + (int64_t)x * g.strideX * g.channels)};
    });
    for (int ky = 0; ky < g.kernelHeight; ky++)
      for (int c = 0; c < run;) {
        const int vectors = stretchOf(run - c);
        const float* rows = w.at(1, 0) + (int64_t)ky * out * run + c;
        int32_t begin = 0;
        for (const List* list = lists; list < last; begin = list++->end)
          addStretch(vectors, at + begin, value + begin, list->end - begin, rows, dx + list->corner + ky * frame.line() + c);
        c += vectors * VL;
      }
    if (frame.isNeeded()) frame.takeInside(dx, w.at(0, row));
  }
}

// Channels out whose numbers are listed at a time; and floats of x that their windows may reach over, so that the first cache
// holds them while all channels go by.
constexpr int LISTS = 16, REACH = 6144;

// Floats of room that a filter gradient takes.
static INLINE int64_t filterGradientRoom(const Windows& g, const PoolWindows& pool) {
  return (int64_t)g.outHeight * g.outWidth + 2 * (int64_t)LISTS * pool.windows();
}

// Adds a window's numbers to the list of each channel, which ends at `ends`. A number that is 0 is written, but not counted.
static INLINE void listWindow(const float* d, const int32_t* places, int lists, const int32_t* corners, int positions, int32_t* at,
                              float* value, int32_t* ends) {
  // Of a place, or of the first where there is none; and -1 for a number that counts.
  int32_t known[LISTS], counted[LISTS];
  int o = 0;
  for (; o + VL <= lists; o += VL) {
    vi place;
    memcpy(&place, places + o, sizeof place);
    const vi isInside = (place >= 0) & (place < positions), own = place & isInside, counts = isInside & (load(d + o) != 0);
    memcpy(known + o, &own, sizeof own);
    memcpy(counted + o, &counts, sizeof counts);
  }
  for (; o < lists; o++) {
    const bool isInside = places[o] >= 0 && places[o] < positions;
    known[o] = isInside ? places[o] : 0;
    counted[o] = -(int32_t)(isInside && d[o] != 0);
  }
  for (o = 0; o < lists; o++) {
    at[ends[o]] = corners[known[o]];
    value[ends[o]] = d[o];
    ends[o] -= counted[o];
  }
}

// df[part][ky][o][kx * channels + i] = sum over rows and p of x[p * stride + k - padding][i] * dy[p][o].
// 0 df by parts, 1 x, 2 d of the pool, 3 its places, 4 room for a framed image, 5 room; ints: windows, pool
static void pooledFilterGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const PoolWindows pool(w.call->ints);
  const Frame frame = Frame::ofImage(g);
  const int positions = g.outHeight * g.outWidth, windows = pool.windows(), out = g.outChannels, run = g.kernelWidth * g.channels;
  const int blocks = (out + LISTS - 1) / LISTS;
  const int64_t lines = REACH / (pool.strideY * g.strideY * frame.line());
  const int band = (int)(lines < 1 ? 1 : lines > pool.outHeight ? pool.outHeight : lines) * pool.outWidth;
  int32_t* const corners = (int32_t*)w.at(5, 0);
  for (int p = 0; p < positions; p++)
    corners[p] = (int32_t)(p / g.outWidth * g.strideY * frame.line() + (int64_t)(p % g.outWidth) * g.strideX * g.channels);
  int32_t* const at = corners + positions;
  float *const value = (float*)(at + (int64_t)LISTS * windows), *const df = w.at(0, w.part);
  memset(df, 0, (size_t)w.size(0) * 4);
  for (int row = w.begin; row < w.end; row++) {
    const float *x = frame.around(w.at(1, row), w.at(4, w.begin)), *d = w.at(2, row);
    const int32_t* places = w.intsAt(3, row);
    // A band of windows, then all channels of it.
    for (int unit = 0; unit < (windows + band - 1) / band * blocks; unit++) {
      const int begin = unit / blocks * band, end = windows - begin < band ? windows : begin + band;
      const int first = unit % blocks * LISTS, lists = out - first < LISTS ? out - first : LISTS;
      int32_t ends[LISTS];
      for (int o = 0; o < LISTS; o++) ends[o] = o * windows;
      for (int p = begin; p < end; p++) listWindow(d + (int64_t)p * out + first, places + (int64_t)p * out + first, lists, corners, positions, at, value, ends);
      for (int o = 0; o < lists; o++) {
        const int64_t list = (int64_t)o * windows;
        const int count = ends[o] - o * windows;
        for (int c = 0; c < run && count > 0;) {
          const int vectors = stretchOf(run - c);
          for (int ky = 0; ky < g.kernelHeight;)
            ky += addRows(g.kernelHeight - ky, vectors, at + list, value + list, count, x + ky * frame.line() + c, frame.line(),
                          df + ((int64_t)ky * out + first + o) * run + c, (int64_t)out * run);
          c += vectors * VL;
        }
      }
    }
  }
}

// Kernel rows that fill vectors, and room.
static bool pooledFits(const Sizes& s, int64_t* image, int64_t* filter) {
  int64_t result;
  if (!windowsFit(s, image, &result, filter) || !placesFit(s, 2)) return false;
  const Windows g(s.call->ints);
  return (int64_t)g.kernelWidth * g.channels % VL == 0 && frameRoomFits(s, Frame::ofImage(g), 4);
}
static bool pooledInputGradientFits(const Sizes& s) {
  int64_t image, filter;
  if (!pooledFits(s, &image, &filter)) return false;
  return s.isRows(0, image) && s.isWhole(1, filter) && s.isWhole(5, inputGradientRoom(PoolWindows(s.call->ints), s.integer(5)));
}
static bool pooledFilterGradientFits(const Sizes& s) {
  int64_t image, filter;
  if (!pooledFits(s, &image, &filter)) return false;
  return s.isParts(0, filter) && s.isRows(1, image) &&
         s.isWhole(5, filterGradientRoom(Windows(s.call->ints), PoolWindows(s.call->ints)));
}
