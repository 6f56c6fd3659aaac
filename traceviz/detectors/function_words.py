"""Closed lists of function words: articles, pronouns, prepositions, conjunctions, auxiliaries, particles.

Words that are content words as often ("well", "right", "may" as a month aside) are left out, and so are numbers.  The
lists are ours; their sizes differ, so that shares of two languages are not comparable.
"""

from __future__ import annotations

from typing import Final

FUNCTION_WORDS: Final[dict[str, str]] = {
    "en": """
a an the this that these those each every either neither some any no all both such another other
i me my mine myself you your yours yourself he him his himself she her hers herself it its itself we us our ours
ourselves they them their theirs themselves one who whom whose which what someone something anyone anything everyone
everything nobody nothing none
am is are was were be been being do does did doing done have has had having will would shall should can could may might
must ought
isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't won't wouldn't shan't shouldn't can't cannot
couldn't mustn't it's that's there's what's let's i'm you're we're they're i've you've we've they've i'll you'll we'll
they'll i'd he's she's
about above across after against along among around at before behind below beneath beside besides between beyond by
despite down during except for from in inside into near of off on onto out outside over past per since through
throughout to toward towards under underneath until up upon via with within without
and or but nor so yet if unless because although though while whereas whether than as when whenever where wherever how
why then thus hence therefore however not only also too very just still already again ever never there here
""",
    "de": """
der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner dieser diese dieses diesen
diesem jeder jede jedes jeden jedem alle allen aller beide beiden solche
ich mich mir mein meine du dich dir dein er ihn ihm sein seine seinen seinem seiner sie ihr ihre ihren ihrem ihrer es
wir uns unser unsere unseren euch euer man sich wer wen wem was welche welcher welches etwas nichts
bin ist sind war waren sei wäre gewesen hat habe haben hatte hätte hätten wird werden wurde wurden würde würden worden
kann können konnte könnte muss müssen musste soll sollen sollte will wollen wollte darf dürfen mag möchte lassen
an auf aus bei bis durch für gegen hinter im in ins am zum zur vom beim mit nach neben ohne über um unter von vor
während wegen zu zwischen seit
und oder aber denn sondern sowie doch wenn weil dass ob obwohl damit als wie da so also dann daher deshalb jedoch nicht
nur auch noch schon sehr mehr immer hier dort nun nämlich
""",
    "fr": """
le la les l un une des du de d au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs
chaque tout toute tous toutes aucun aucune quelque quelques
je j me m moi tu te t toi il elle lui se s nous vous ils elles eux y en on qui que qu quoi dont où lequel laquelle ceci
cela ça celui celle ceux rien
suis est sommes êtes sont était étaient sera serait être été ai as a avons avez ont avait avaient aura aurait avoir eu
fait faire peut peuvent pouvons pourrait doit devons doivent
à après avant avec chez contre dans depuis dès entre par pendant pour sans selon sous sur vers
et ou mais donc or ni car si comme lorsque quand puisque parce afin ainsi alors puis ensuite ne n pas plus non aussi
très déjà encore toujours même ici là
""",
    "es": """
el la los las lo un una unos unas del al este esta estos estas ese esa esos esas aquel aquella mi mis tu tus su sus
nuestro nuestra nuestros nuestras cada todo toda todos todas ningún ninguna algún alguna algunos algunas otro otra
yo me tú te él ella ello se nos nosotros ellos ellas le les uno qué que quien cual cuales cuyo algo nada esto eso
soy es somos son era eran fue fueron será sería ser sido siendo está están estaba estar he ha hemos han había haber hay
puede pueden podemos podría debe deben debemos tiene tienen tenemos
a ante bajo con contra de desde durante en entre hacia hasta para por según sin sobre tras
y e o u pero sino ni si porque pues aunque como cuando donde mientras entonces así luego no ya también muy más menos
aún todavía solo sólo aquí ahí
""",
    "it": """
il lo la i gli le l un uno una del dello della dei degli delle al allo alla ai agli alle dal dalla dai nel nello nella
nei nelle sul sulla sui questo questa questi queste quello quella quelli quelle mio mia suo sua suoi nostro nostra ogni
tutto tutta tutti tutte nessuno nessuna qualche altro altra
io mi tu ti lui lei si noi ci voi vi loro ne che chi cui quale quali qualcosa niente ciò
sono è siamo siete era erano sarà sarebbe essere stato stata ho ha abbiamo hanno aveva avere può possono possiamo deve
devono dobbiamo
a con contro da di dopo durante fra in per prima senza secondo sopra sotto su tra verso
e ed o ma però né se perché poiché come quando dove mentre quindi dunque allora poi così non anche più meno già ancora
molto solo qui
""",
    "pt": """
o a os as um uma uns umas do da dos das no na nos nas ao aos à às pelo pela pelos pelas este esta estes estas esse essa
esses essas aquele aquela isto isso meu minha seu sua seus suas nosso nossa cada todo toda todos todas nenhum nenhuma
algum alguma alguns algumas outro outra
eu me você ele ela se nós eles elas lhe que quem qual quais cujo algo nada
sou é somos são era eram foi foram será seria ser sido está estão estava estar ter tem têm temos tinha há pode podem
podemos deve devem devemos
com contra de desde durante em entre até para por sem sob sobre após
e ou mas porém nem se porque pois embora como quando onde enquanto então assim logo não já também muito mais menos ainda
só aqui
""",
    "nl": """
de het een dit dat deze die elk elke ieder iedere alle beide geen
ik mij me mijn jij je jouw hij hem zijn zij ze haar het wij we ons onze jullie zich wie wat welke iets niets men er
ben is zijn was waren geweest heb heeft hebben had hadden word wordt worden werd werden zal zullen zou zouden kan kunnen
kon moet moeten mag mogen wil willen laten
aan achter bij binnen boven buiten door in langs met na naar naast om onder op over per rond sinds tegen tot tussen uit
van via voor zonder
en of maar want dus als omdat hoewel terwijl wanneer toen zodat dan ook niet nog al wel zo hoe waar hier daar nu alleen
""",
    "ru": """
этот эта это эти того тот та то те каждый каждая каждое все всех весь вся свой свою своего его её их наш наша мой моя
я мне меня мы нам нас ты вы вам вас он она оно они ему ей им ним ней них себя кто что чего чему который которая которое
которые которых ничего
был была было были быть будет будем будут есть нет можно нужно надо может можем могут должен должна должно должны
в во на с со к ко по о об от до из у за для без при под над между через после перед про
и а но или если то чтобы потому поэтому так как когда где хотя ли же бы не ни уже ещё еще также тоже только очень более
здесь тут там значит тогда
""",
}
