"""Names of substances: words of chemistry that no list has, and that are built of a closed stock of parts.

Systematic names of organic substances, and names of enzymes, which end in *ase*.  Trade names and trivial names that
are built of nothing are not known here.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Scene
from traceviz.detectors.vocabulary import hash_words

#: Roots, groups and numbers of the nomenclature of organic chemistry: what a name can begin with.
ROOTS: Final = """
meth eth prop but pent hex hept oct non dec undec dodec alk phen phenyl benz benzo benzyl tolu xyl naphth anthr styr
cyclo bicyclo spiro iso neo tert ortho meta para cis trans hydro hydroxy oxo oxy oxa aza azo azido thio thia sulf sulfo
phosph phospho carb carbo carboxy acet aceto acetyl form formyl acyl vinyl allyl alkyl aryl methoxy ethoxy amino imino
nitro nitroso cyano chloro bromo fluoro iodo chlor brom fluor iod boro silyl mono di tri tetra penta hexa hepta octa
nona deca bis poly per deoxy ribo gluco fructo galacto glycer glycero glyc pyr pyrr pyrid pyrim pyran fur furan indol
imid imidaz thiaz oxaz triaz purin quin quinol morphol piper pyrazol lact malon succin glut adip tartr citr salicyl
"""

#: Endings, and what joins parts.
ENDINGS: Final = """
ane ene yne an en yn a o i anol enol ol diol triol one dione al ine in ide ate ite ase ose yl ylene ylidene oate oic ic
ium onium amide amine imide nitrile ether ester oyl oxide azole idine oxidase kinase lase genase drogenase
"""


@cache
def parts() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Give the hashes of roots and of endings, each in order."""
    return np.sort(hash_words(ROOTS.split())), np.sort(hash_words(ENDINGS.split()))


def are_substances(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which of some words are built as names of substances are."""
    from traceviz.detectors.kernels.substances import are_chemical

    words = scene.words
    return np.asarray(are_chemical(scene.texts.buffer, words.start[word], words.end[word], *parts()), dtype=bool)
