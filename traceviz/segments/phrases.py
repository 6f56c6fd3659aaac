"""Phrases that many languages borrow whole, most of them Latin, others French or Italian: they are no switch.

No list of Latin is part of the language model, so a word of such a phrase may be taken for its likeness in a living
language: *novo* of "de novo" for Portuguese, *sunt* of "pacta sunt servanda" for Romanian.  Only whole phrases are
looked for; "de novo" within Portuguese stays Portuguese, because a word without a language joins its neighbours.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np

from traceviz.segments.scan import Labels, Words, find_masks, find_words
from traceviz.segments.word_sets import WordSet
from traceviz.texts import Texts

#: A word that says nothing about language.
NO_LANGUAGE: Final = -1

#: Terms of law, logic, scholarship, music, medicine and the kitchen, of two words or more.
PHRASES: Final = """
a cappella; a fortiori; a posteriori; a priori; ab initio; ab ovo; actio popularis; actus reus; ad absurdum; ad astra
ad fundum; ad hoc; ad hominem; ad idem; ad infinitum; ad interim; ad libitum; ad litem; ad nauseam; ad personam
ad rem; ad valorem; agent provocateur; al dente; al forno; al fresco; allegro ma non troppo; allegro molto; alma mater
alter ego; amicus curiae; animus nocendi; animus possidendi; anno domini; annus horribilis; annus mirabilis
ante bellum; ante meridiem; aqua regia; argumentum a contrario; argumentum ad ignorantiam; argumentum ad populum
argumentum ad verecundiam; argumentum e contrario; au gratin; au naturel; au pair; audi alteram partem
audiatur et altera pars; aut dedere aut judicare; basso continuo; bon appétit; bon mot; bon vivant; bona fide
bona fides; bona vacantia; bonne foi; caeteris paribus; café au lait; carpe diem; carte blanche; casus belli
casus foederis; causa causans; causa mortis; causa proxima; cause célèbre; caveat emptor; caveat venditor
ceteris paribus; clausula rebus sic stantibus; cogito ergo sum; col legno; comme il faut; compos mentis; con brio
con fuoco; con moto; con sordino; condicio sine qua non; conditio sine qua non; contra legem; contra proferentem
contradictio in adjecto; coram non judice; corpus delicti; corpus juris; corpus juris civilis; coup d'état
coup de foudre; coup de grâce; coup de théâtre; crime passionnel; crème brûlée; crème fraîche; cui bono; cul de sac
culpa in contrahendo; culpa lata; culpa levis; cum grano salis; cum laude; curriculum vitae; da capo; da capo al coda
da capo al fine; dal segno; dal segno al fine; damnum absque injuria; damnum emergens; de facto; de iure; de jure
de lege ferenda; de lege lata; de minimis; de minimis non curat lex; de novo; de rigueur; del credere; dernier cri
deus ex machina; dictum de omni et nullo; divide et impera; dolce vita; dolus directus; dolus eventualis
dolus specialis; double entendre; droit moral; dura lex sed lex; déjà vu; e contrario; e converso; ecce homo
ei incumbit probatio; ejusdem generis; en bloc; en masse; en passant; en route; enfant terrible; erga omnes
ergo propter hoc; errata corrige; esprit de corps; et al; et alii; et cetera; et seq; et sequentes; ex aequo
ex aequo et bono; ex ante; ex cathedra; ex contractu; ex delicto; ex falso quodlibet; ex falso sequitur quodlibet
ex gratia; ex hypothesi; ex injuria jus non oritur; ex lege; ex libris; ex machina; ex nihilo; ex nihilo nihil fit
ex nunc; ex officio; ex parte; ex post; ex post facto; ex proprio motu; ex rel; ex tempore; ex tunc; ex turpi causa
ex turpi causa non oritur actio; ex vi termini; exceptio non adimpleti contractus; exceptio probat regulam
exempli gratia; expressio unius; expressio unius est exclusio alterius; fait accompli; faux pas; femme fatale
fiat justitia; fieri facias; film noir; fin de siècle; folie à deux; force majeure; forum conveniens
forum non conveniens; fumus boni iuris; functus officio; generalia specialibus non derogant; genus proximum; grand mal
grand prix; habeas corpus; haute couture; haute cuisine; homo economicus; homo oeconomicus; homo sapiens
honoris causa; hors d'oeuvre; hors d'œuvre; id est; idée fixe; ignorantia juris non excusat
ignorantia legis non excusat; ignoratio elenchi; imperium in imperio; in absentia; in abstracto; in camera; in casu
in concreto; in dubio; in dubio mitius; in dubio pro libertate; in dubio pro reo; in esse; in extenso; in extremis
in fine; in flagrante; in flagrante delicto; in forma pauperis; in integrum; in limine; in loco parentis
in medias res; in memoriam; in nuce; in pari delicto; in pari materia; in perpetuum; in personam; in praesenti
in propria persona; in rem; in rerum natura; in silico; in situ; in specie; in statu nascendi; in terrorem; in toto
in transitu; in utero; in vacuo; in vino veritas; in vitro; in vivo; inter alia; inter alios; inter partes; inter se
inter vivos; intra muros; intra vires; ipse dixit; ipsissima verba; ipso facto; ipso iure; ipso jure; iura novit curia
ius ad bellum; ius civile; ius cogens; ius gentium; ius in bello; ius sanguinis; ius soli; je ne sais quoi
jeu de mots; joie de vivre; jura novit curia; jus ad bellum; jus civile; jus cogens; jus gentium; jus in bello
jus sanguinis; jus soli; laissez faire; laissez passer; lapsus calami; lapsus linguae; lapsus memoriae; lato sensu
lex causae; lex domicilii; lex fori; lex generalis; lex loci; lex loci contractus; lex loci delicti
lex loci delicti commissi; lex mercatoria; lex posterior; lex posterior derogat legi priori; lex rei sitae
lex specialis; lex specialis derogat legi generali; lex superior; lex talionis; lingua franca; lis alibi pendens
lis pendens; loco citato; locum tenens; locus classicus; locus delicti; locus standi; lucrum cessans; ma non troppo
magna carta; magna charta; magna cum laude; magnum opus; mala fide; mala fides; mala in se; mala prohibita
malum in se; malum prohibitum; mare clausum; mare liberum; mauvaise foi; mea culpa; memento mori; mens rea; mezza voce
mise en abyme; mise en place; mise en scène; modus operandi; modus ponendo ponens; modus ponens
modus tollendo tollens; modus tollens; modus vivendi; molto allegro; molto vivace; mot juste; mutatis mutandis
ne bis in idem; ne exeat; nemo dat quod non habet; nemo debet esse iudex in propria causa; nemo iudex in causa sua
nemo iudex in sua causa; nemo judex in causa sua; nemo judex in sua causa; nemo plus iuris; nemo tenetur
nemo tenetur se ipsum accusare; nihil ad rem; nil desperandum; noblesse oblige; nolens volens; nolle prosequi
nolo contendere; nom de guerre; nom de plume; non bis in idem; non causa pro causa; non compos mentis; non est factum
non liquet; non obstante; non sequitur; nota bene; nouveau riche; nouvelle cuisine; novus actus interveniens
nudum pactum; nulla poena sine culpa; nulla poena sine lege; nullum crimen nulla poena sine lege
nullum crimen sine lege; nunc pro tunc; obiter dicta; obiter dictum; objet trouvé; onus probandi; op cit; opera buffa
opera seria; opere citato; opinio iuris; opinio juris; opinio juris sive necessitatis; opus magnum
pacta sunt servanda; pacta tertiis; panem et circenses; papier mâché; par excellence; parens patriae; pari passu
pars pro toto; pas de deux; pater familias; pax romana; pendente lite; per annum; per capita; per centum; per contra
per curiam; per diem; per incuriam; per mensem; per saltum; per stirpes; periculum in mora; perpetuum mobile
persona grata; persona non grata; petit four; petit mal; petitio principii; petits fours; pied à terre
pièce de résistance; plus ça change; poco a poco; post factum; post festum; post hoc; post hoc ergo propter hoc
post meridiem; post mortem; post scriptum; pot pourri; pour encourager les autres; praesumptio iuris; praeter legem
prima donna; prima facie; prima vista; primus inter pares; prior tempore potior iure; pro bono; pro bono publico
pro domo; pro et contra; pro forma; pro futuro; pro hac vice; pro memoria; pro rata; pro rata temporis; pro tanto
pro tempore; probatio diabolica; proprio motu; prêt à porter; quantum meruit; quantum satis; quid iuris; quid juris
quid pro quo; quo vadis; quo warranto; quod erat; quod erat demonstrandum; quod erat faciendum; quod vide
quot homines tot sententiae; raison d'état; raison d'être; ratio decidendi; ratio essendi; ratio legis; ratione loci
ratione materiae; ratione personae; ratione temporis; rebus sic stantibus; reductio ad absurdum
reductio ad impossibile; reformatio in peius; reformatio in pejus; res cogitans; res communis; res extensa; res gestae
res integra; res inter alios acta; res ipsa loquitur; res iudicata; res judicata; res nullius; res publica
restitutio in integrum; rigor mortis; rite de passage; roman à clef; salva veritate; sang froid; sans serif
savoir faire; scire facias; sensu lato; sensu stricto; senza sordino; si vis pacem para bellum
sic transit gloria mundi; sic utere tuo; sine die; sine ira et studio; sine qua non; sine tempore
societas delinquere non potest; soi disant; solve et repete; son et lumière; sotto voce; stante pede; stare decisis
status quo; status quo ante; stricto sensu; sub iudice; sub judice; sub rosa; sub silentio; sub specie aeternitatis
sub voce; succès d'estime; sui generis; sui iuris; sui juris; sul ponticello; sul tasto; summa cum laude; summum bonum
suo moto; suo motu; table d'hôte; tabula rasa; tempus fugit; terminus a quo; terminus ad quem; terminus technicus
terra firma; terra incognita; terra nullius; tertium comparationis; tertium non datur; tour d'horizon; tour de force
trahison des clercs; travaux préparatoires; trompe l'oeil; tu quoque; tête à tête; uberrima fides; ubi supra
ultima ratio; ultimum remedium; ultra petita; ultra vires; universitas rerum; urbi et orbi; usus fructus; ut infra
ut supra; uti possidetis; uti possidetis juris; vade mecum; venire contra factum proprium; vice versa; vinculum juris
vis maior; vis major; vis à vis; viva voce; vol au vent; volenti non fit injuria; volte face; vox populi; à la carte
à la mode; éminence grise
"""


class _Known(NamedTuple):
    """The phrases as hashes of words, by the hash of their longest word, with the place of it."""

    longest: WordSet
    phrases: dict[int, list[tuple[list[int], int]]]


@cache
def _known() -> _Known:
    texts = Texts.of([phrase for line in PHRASES.strip().split("\n") for phrase in line.split("; ")])
    words = find_words(texts, find_masks(texts))
    length = words.end - words.start
    phrases: dict[int, list[tuple[list[int], int]]] = {}
    for begin, end in zip(words.by_text[:-1], words.by_text[1:], strict=True):
        hashes = words.hashes[begin:end].tolist()
        longest = int(length[begin:end].argmax())  # the short ones, as "in" and "de", stand everywhere
        phrases.setdefault(hashes[longest], []).append((hashes, longest))
    return _Known(WordSet.of(np.array(list(phrases), dtype=np.uint64)), phrases)


def unlabel_phrases(words: Words, labels: Labels) -> None:
    """Take the language from the words of such phrases, which then belong to what stands around them."""
    known = _known()
    for k in np.flatnonzero(known.longest.may_hold(words.hashes)).tolist():
        for phrase, place in known.phrases.get(int(words.hashes[k]), ()):
            first = k - place
            last = first + len(phrase)
            if first >= 0 and words.hashes[first:last].tolist() == phrase and _in_one_text(words, first, last):
                labels.language[first:last] = NO_LANGUAGE


def _in_one_text(words: Words, first: int, last: int) -> bool:
    text, end = np.searchsorted(words.by_text, (first, last - 1), side="right")
    return bool(text == end)
