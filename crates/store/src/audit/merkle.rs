//! Merkle trees as RFC 9162 section 2.1 hashes them: SHA-256, 0x00 before a leaf, 0x01 before two nodes. Pure.

use sha2::{Digest, Sha256};

/// A hash of a leaf or a node: 32 bytes.
pub type Hash = [u8; 32];

/// Hash of a leaf.
pub fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0x00]).chain_update(data).finalize().into()
}

/// Hash of the node over two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().into()
}

/// Root of a tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest(b"").into()
}

/// Where the hashes of whole subtrees come from: the one of 2^`height` leaves that begins at leaf `index` * 2^`height`.
pub trait Nodes {
    /// The hash; `None` when it is not to be had here.
    fn node(&self, height: u32, index: u64) -> Option<Hash>;
}

/// Root of the `size` leaves from leaf `from` on. `from` is a multiple of the largest power of two up to `size`, as
/// everywhere in the recursions of the RFC.
pub fn root(nodes: &impl Nodes, from: u64, size: u64) -> Option<Hash> {
    if size == 0 {
        return Some(empty_root());
    }
    if size.is_power_of_two() {
        let height = size.trailing_zeros();
        return nodes.node(height, from >> height);
    }
    let left = split(size);
    Some(node_hash(&root(nodes, from, left)?, &root(nodes, from + left, size - left)?))
}

/// The largest power of two below `size`, which is above 1.
fn split(size: u64) -> u64 {
    1 << (63 - (size - 1).leading_zeros())
}

/// Inclusion proof of leaf `leaf` in the tree of `size` leaves (section 2.1.3.1).
pub fn inclusion(nodes: &impl Nodes, leaf: u64, size: u64) -> Option<Vec<Hash>> {
    if leaf >= size {
        return None;
    }
    let (mut from, mut left_of, mut n, mut path) = (0, leaf, size, Vec::new());
    while n > 1 {
        let k = split(n);
        if left_of < k {
            path.push(root(nodes, from + k, n - k)?);
            n = k;
        } else {
            path.push(root(nodes, from, k)?);
            (from, left_of, n) = (from + k, left_of - k, n - k);
        }
    }
    path.reverse();
    Some(path)
}

/// Consistency proof between the trees of the first `older` and of the first `size` leaves (section 2.1.4.1); empty when
/// they are the same or the older is empty.
pub fn consistency(nodes: &impl Nodes, older: u64, size: u64) -> Option<Vec<Hash>> {
    if older > size {
        return None;
    }
    if older == 0 {
        return Some(Vec::new());
    }
    let (mut from, mut m, mut n, mut whole, mut path) = (0, older, size, true, Vec::new());
    while m != n {
        let k = split(n);
        if m <= k {
            path.push(root(nodes, from + k, n - k)?);
            n = k;
        } else {
            path.push(root(nodes, from, k)?);
            (from, m, n, whole) = (from + k, m - k, n - k, false);
        }
    }
    if !whole {
        path.push(root(nodes, from, m)?);
    }
    path.reverse();
    Some(path)
}

/// Whether an inclusion proof holds (section 2.1.3.2).
pub fn includes(tree: &Hash, size: u64, index: u64, leaf: &Hash, path: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut fnode, mut snode, mut hash) = (index, size - 1, *leaf);
    for step in path {
        if snode == 0 {
            return false;
        }
        if fnode & 1 == 1 || fnode == snode {
            hash = node_hash(step, &hash);
            while fnode & 1 == 0 && fnode != 0 {
                (fnode, snode) = (fnode >> 1, snode >> 1);
            }
        } else {
            hash = node_hash(&hash, step);
        }
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    snode == 0 && hash == *tree
}

/// A tree's head: how many leaves, and the root over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Leaves.
    pub size: u64,
    /// Root.
    pub root: Hash,
}

/// Whether a consistency proof holds (section 2.1.4.2).
pub fn extends(older: &Head, newer: &Head, path: &[Hash]) -> bool {
    if older.size == newer.size {
        return older.root == newer.root && path.is_empty();
    }
    if older.size == 0 {
        return older.root == empty_root() && path.is_empty();
    }
    if older.size > newer.size {
        return false;
    }
    let first = older.size.is_power_of_two().then_some(older.root);
    let mut steps = first.iter().chain(path);
    let Some(begin) = steps.next() else { return false };
    let (mut fnode, mut snode) = (older.size - 1, newer.size - 1);
    while fnode & 1 == 1 {
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    let (mut of_older, mut of_newer) = (*begin, *begin);
    for step in steps {
        if snode == 0 {
            return false;
        }
        if fnode & 1 == 1 || fnode == snode {
            of_older = node_hash(step, &of_older);
            of_newer = node_hash(step, &of_newer);
            while fnode & 1 == 0 && fnode != 0 {
                (fnode, snode) = (fnode >> 1, snode >> 1);
            }
        } else {
            of_newer = node_hash(&of_newer, step);
        }
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    snode == 0 && of_older == older.root && of_newer == newer.root
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Leaves(Vec<Hash>);

    impl Nodes for Leaves {
        fn node(&self, height: u32, index: u64) -> Option<Hash> {
            let at = |i: u64| self.0.get(usize::try_from(i).unwrap()).copied();
            if height == 0 {
                return at(index);
            }
            Some(node_hash(&self.node(height - 1, index * 2)?, &self.node(height - 1, index * 2 + 1)?))
        }
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    fn hash(text: &str) -> Hash {
        hex(text).try_into().unwrap()
    }

    /// The test tree of the certificate-transparency project, as its implementations have it: eight leaves and the roots
    /// over the first one, two, and so on to eight.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn known() -> Leaves {
        Leaves(LEAVES.iter().map(|leaf| leaf_hash(&hex(leaf))).collect())
    }

    fn head(leaves: &Leaves, size: u64) -> Head {
        Head { size, root: root(leaves, 0, size).unwrap() }
    }

    #[test]
    fn the_known_tree_has_its_known_roots() {
        assert_eq!(empty_root(), hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        for (size, known_root) in (1_u64..).zip(ROOTS) {
            assert_eq!(root(&known(), 0, size), Some(hash(known_root)), "{size} leaves");
        }
    }

    #[test]
    fn the_known_proofs_are_made() {
        let path = |texts: &[&str]| Some(texts.iter().map(|text| hash(text)).collect::<Vec<_>>());
        assert_eq!(inclusion(&known(), 0, 1), Some(vec![]));
        assert_eq!(
            inclusion(&known(), 0, 8),
            path(&[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ])
        );
        assert_eq!(
            consistency(&known(), 6, 8),
            path(&[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
        );
        assert_eq!(
            consistency(&known(), 2, 5),
            path(&[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ])
        );
    }

    #[test]
    fn every_proof_of_small_trees_holds_and_no_altered_one_does() {
        let leaves = Leaves((0_u8..40).map(|n| leaf_hash(&[n])).collect());
        for size in 1..=40 {
            let tree = head(&leaves, size);
            for index in 0..size {
                let leaf = leaves.node(0, index).unwrap();
                let path = inclusion(&leaves, index, size).unwrap();
                assert!(includes(&tree.root, size, index, &leaf, &path), "leaf {index} of {size}");
                assert!(!includes(&tree.root, size, index, &leaf_hash(b"other"), &path));
                assert!(size == 1 || !includes(&tree.root, size, (index + 1) % size, &leaf, &path));
                for step in 0..path.len() {
                    let mut bent = path.clone();
                    bent[step][0] ^= 1;
                    assert!(!includes(&tree.root, size, index, &leaf, &bent));
                }
            }
            for older in 0..=size {
                let earlier = head(&leaves, older);
                let path = consistency(&leaves, older, size).unwrap();
                assert!(extends(&earlier, &tree, &path), "{older} to {size}");
                let rewritten = Head { root: leaf_hash(b"other"), ..earlier };
                assert!(!extends(&rewritten, &tree, &path), "{older} to {size}");
            }
        }
        assert_eq!(inclusion(&leaves, 5, 5), None);
        assert_eq!(consistency(&leaves, 6, 5), None);
    }
}
