#include "index/text/stop_words.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>

namespace cairn::text {
namespace {

struct Words {
  std::string_view language;
  std::string_view words;  // a space between two
};

constexpr Words kSnowball[] = {
#define CAIRN_STOP_WORDS(language, words) {language, words},
#include "index/text/stop_words.gen.inc"
#undef CAIRN_STOP_WORDS
};

// Where MongoDB's lists, of which each word here was asked of its engine, are not Snowball's: the
// French and the Italian one are longer; the Romanian one is written without diacritics; the
// Hungarian and the Turkish one (Snowball has none) write some letters as an older encoding did; of
// the Russian one some words have lost letters; the rest are misprints on one side or the other.
// They are kept as they are: what a stop word is decides about scores.
constexpr Words kAdded[] = {
    {"finnish", "tuota tällä"},
    {"french",
     "a alors aucun aussi autre avant avoir bon car ceci cela cet cette ceux chaque ci comme "
     "comment dedans dehors depuis deux devoir devrait devrez devrions devrons dois doit "
     "donc dos droite dès début elles encore faire fais fait faites fois font force haut "
     "hors ici ils juste les leurs là maintenant moins mot ni nom nommé nommée nommés "
     "nouveau nouveaux où parce parole personne personnes peu peut plupart pourquoi quand "
     "quel quelle quelles quels sans seulement si sien soi sous sujet tandis tellement tels "
     "tous tout trop très valeur voient vois voit vont vu ça état être"},
    {"german", "dass"},
    {"hungarian", "elsõ elõ elõször elõtt õ õk õket"},
    {"italian",
     "adesso allora altre altri altro ancora avere dentro ecco fare fino fra giù me no però "
     "pochi poco qua quasi qui quindi senza sopra sotto stare stesso te vai"},
    {"romanian",
     "aceeasi acelasi acestia adica aiurea ala alaturi alti altii as asa astazi atat atata "
     "atatea atatia ati atit atita atitea atitia b c cand capat careia carora caruia cat "
     "catre ceilalti cind cit cita cite citeva citi citiva conform d dat decit degraba desi "
     "dupa e exact f face fara fata g geaba h i ia ii il imi in inainte inapoi inca incit "
     "insa intr intre isi iti j k l m ma mi multa multi n ni niste nostri nou noua ori p pai "
     "parca pina putini r s sai si sint sintem sus t ti toata toti totusi u ul ului v x z"},
    {"russian", "ем заем од оти ри ро тоб уть"},
    {"turkish",
     "acaba altmýþ altý ama bana bazý belki ben benden beni benim beþ bin bir biri birkaç "
     "birkez birþey birþeyi biz bizden bizi bizim bu buna bunda bundan bunu bunun da daha "
     "dahi de defa diye doksan dokuz dört elli en gibi hem hep hepsi her hiç iki ile ise "
     "için katrilyon kez ki kim kimden kime kimi kýrk milyar milyon mu mü mý nasýl ne neden "
     "nerde nerede nereye niye niçin on ona ondan onlar onlardan onlari onlarýn onu otuz "
     "sanki sekiz seksen sen senden seni senin siz sizden sizi sizin trilyon tüm ve veya ya "
     "yani yedi yetmiþ yirmi yüz çok çünkü üç þey þeyden þeyi þeyler þu þuna þunda þundan "
     "þunu"},
};
constexpr Words kRemoved[] = {
    {"finnish", "tallä tuotä"},
    {"french", "ayante ayantes ayants c s étante étantes étants étée étées"},
    {"german", "anderr"},
    {"hungarian", "első elő először előtt ő ők őket"},
    {"romanian",
     "această acelaşi acele aceluiaşi acestor acestora aceşti aceştia adică altele altă "
     "alături alţi alţii astăzi atât atâta atâtea atâţi atâţia atît atîti atîţia aş aşa aţi "
     "ceilalţi celelalte când cât câte câtă câţi cînd cît cîte cîteva cîţi cîţiva că căreia "
     "cărora căruia către dacă decât decît deşi după fecăreia fiecare fiecărui fiecăruia "
     "fiind fără ieri mereu multă mulţi mă nişte nostru nouă noştri oarecare oarece oarecine "
     "oarecui poată puţini până pînă sunteţi sînt sîntem sînteţi să săi său toată totuşi "
     "toţi vă îi îl îmi împotriva în înainte înapoi înca încît însuşi însă într între îşi "
     "îţi ăla şi ţi"},
    {"russian",
     "впрочем еще зачем конечно лучше ничего опять перед по под после потом потому почти при "
     "про сейчас теперь чего человек чем через что чтоб чтобы чуть"},
};

template <typename Take>
void each_word(std::string_view words, Take&& take) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (end != 0) take(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

using Lists = std::unordered_map<std::string_view, StopWords>;

Lists make_lists() {
  Lists lists;
  for (const Words& list : kSnowball) {
    each_word(list.words, [&](std::string_view word) { lists[list.language].insert(word); });
  }
  for (const Words& list : kAdded) {
    each_word(list.words, [&](std::string_view word) { lists[list.language].insert(word); });
  }
  for (const Words& list : kRemoved) {
    each_word(list.words, [&](std::string_view word) { lists[list.language].erase(word); });
  }
  return lists;
}

}  // namespace

const StopWords& stop_words(const Language& language) {
  static const Lists kLists = make_lists();
  static const StopWords kNone;
  const auto found = kLists.find(language.stop_words);
  return found == kLists.end() ? kNone : found->second;
}

}  // namespace cairn::text
